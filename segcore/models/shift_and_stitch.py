"""Dense output without upsampling: shift-and-stitch, and the equivalent à-trous convolution.

Long et al. 2015, section 3.2: a network of output stride f runs on f x f shifted copies of its input, whose outputs
are interlaced. Equivalently, each stride s is removed and every later filter is dilated by s.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn import functional


def shift_and_stitch(network: Callable[[Tensor], Tensor], x: Tensor, stride: int) -> Tensor:
    """Return the dense output of a network of output stride ``stride``, in ``stride ** 2`` runs.

    Output pixel ``stride * i + s`` is cell i of the input moved up or left by s, zeros following behind; the paper
    moves it down and right instead, which is the same with s counted backwards.

    Parameters
    ----------
    network : callable
        Float [N, C, h, w] -> float [N, K, h', w'], without randomness.
    x : Tensor
        Float [N, C, h, w].
    stride : int
        f.

    Returns
    -------
    Tensor
        Float [N, K, f h', f w'].
    """
    shifted = [
        network(functional.pad(x[..., down:, right:], (0, right, 0, down)))
        for down in range(stride)
        for right in range(stride)
    ]
    cells = torch.stack(shifted, dim=2)
    return functional.pixel_shuffle(cells.flatten(1, 2), stride)


def a_trous(network: nn.Sequential) -> nn.Sequential:
    """Return a copy with strides of 1 and dilated later filters, whose output is dense.

    Without padding it equals `shift_and_stitch` everywhere; with padding, away from the border.

    Parameters
    ----------
    network : nn.Sequential
        Convolutions, max poolings and layers that act on each pixel alone, one after the other.

    Raises
    ------
    ValueError
        A layer cannot be dilated, such as average pooling after a stride.
    """
    dense = deepcopy(network)
    rate = 1
    for layer in dense:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            stride = _single(layer.stride)
            layer.dilation = tuple(rate * d for d in _pair(layer.dilation))
            layer.padding = tuple(rate * p for p in _pair(layer.padding))
            layer.stride = (1, 1)
            rate *= stride
        elif rate > 1 and not isinstance(layer, nn.ReLU | nn.Dropout | nn.BatchNorm2d | nn.Identity):
            raise ValueError(f"{type(layer).__name__} after a stride cannot be dilated")
    return dense


def _pair(value: int | tuple[int, ...] | str | None) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    if not isinstance(value, tuple):
        raise ValueError(f"{value!r} is not a size in pixels")
    return value[0], value[1]


def _single(value: int | tuple[int, ...] | None) -> int:
    first, second = _pair(value)
    if first != second:
        raise ValueError(f"a stride of {first} x {second} is not the same in both directions")
    return first
