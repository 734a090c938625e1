"""Depthwise convolution whose weights learn quickly on a CPU.

In torch 2.15, oneDNN has a fast gradient of depthwise weights only for kernels of at most three columns; for five
it takes 10 to 30 times as long as the gradient of the input. So the gradient of a wider kernel is put together from
windows of three of its columns, each of which is the gradient of a narrow kernel on a shifted input.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

NARROW = 3
"""Columns of the widest kernel that is fast."""

Size = tuple[int, int]


def depthwise(x: Tensor, weight: Tensor, bias: Tensor | None, stride: Size, padding: Size) -> Tensor:
    """Filter each channel by itself, as ``conv2d`` with ``groups`` = C.

    Parameters
    ----------
    x : Tensor
        Float32 [N, C, H, W].
    weight : Tensor
        Float32 [C, 1, h, w].
    bias : Tensor or None
        Float32 [C].
    stride, padding : (int, int)
        Rows and columns.

    Returns
    -------
    Tensor
        Float32 [N, C, H', W'], the same bits as ``conv2d``; only the gradient of ``weight`` is summed in another order.
    """
    if weight.shape[3] <= NARROW or not _learns_on_cpu(x, weight):
        return F.conv2d(x, weight, bias, stride, padding, 1, len(weight))
    result: Tensor = _Wide.apply(x, weight, bias, stride, padding)
    return result


def _learns_on_cpu(x: Tensor, weight: Tensor) -> bool:
    return (
        weight.requires_grad
        and torch.is_grad_enabled()
        and x.device.type == "cpu"
        and x.dtype == weight.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
    )


class _Wide(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, stride: Size, padding: Size) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return F.conv2d(x, weight, bias, stride, padding, 1, len(weight))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        of_x, of_weight, of_bias = ctx.needs_input_grad[:3]
        return (
            _gradients(gradient, x, weight, ctx.stride, ctx.padding, of="input") if of_x else None,
            _of_columns(gradient, x, weight, ctx.stride, ctx.padding) if of_weight else None,
            gradient.sum((0, 2, 3)) if of_bias else None,
            None,
            None,
        )


def _of_columns(gradient: Tensor, x: Tensor, weight: Tensor, stride: Size, padding: Size) -> Tensor:
    """Return the gradient of the weights, float32 [C, 1, h, w], three columns at a time."""
    found = torch.empty_like(weight)
    last, (rows, columns) = weight.shape[3] - NARROW, padding
    narrow = weight[..., :NARROW].contiguous()
    for first in sorted({min(first, last) for first in range(0, weight.shape[3], NARROW)}):
        seen = F.pad(x, (columns - first, columns - (last - first)))
        window = slice(first, first + NARROW)
        found[..., window] = _gradients(gradient, seen, narrow, stride, (rows, 0), of="weight")
    return found


def _gradients(gradient: Tensor, x: Tensor, weight: Tensor, stride: Size, padding: Size, of: str) -> Tensor:
    wanted = [of == "input", of == "weight", False]
    both = torch.ops.aten.convolution_backward(
        gradient, x, weight, None, stride, padding, (1, 1), False, (0, 0), len(weight), wanted
    )
    result: Tensor = both[0] if of == "input" else both[1]
    return result
