"""Cost of a network per pixel: multiply-adds, which decide whether bf16 is faster, and memory."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from segcore.models.segmenter import Segmenter

_SIDE = 256
"""Side of the input for counting: a multiple of every stride, and much larger than maps pooled to a fixed size."""


def multiply_adds_per_pixel(segmenter: Segmenter) -> float:
    """Count the multiplications with addition in all convolutions and matrix products, at each pixel of the input.

    Nothing is computed: the count is made on a copy without weights (the meta device), in evaluation mode.

    Parameters
    ----------
    segmenter : Segmenter
        Does not change.

    Returns
    -------
    float
        Multiply-adds per input pixel: 9,000 for the starter, 530,000 for torchvision's FCN on ResNet-50.
    """
    from torch.utils.flop_counter import FlopCounterMode  # with CUDA it loads Triton: 90 MB that only training needs

    hollow = without_weights(segmenter).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        hollow(torch.empty(1, 3, _SIDE, _SIDE, device="meta"))
    return float(counter.get_total_flops()) / 2 / _SIDE**2


def peak_bytes_per_pixel(segmenter: Segmenter) -> float:
    """Count the memory that a forward pass and its softmax hold at once, in float32, at each pixel of the input.

    Nothing is computed; see `multiply_adds_per_pixel`. Temporary memory of libraries is not included.
    """
    hollow = without_weights(segmenter).eval()
    with torch.no_grad(), _LiveBytes() as live:
        hollow(torch.empty(1, 3, _SIDE, _SIDE, device="meta"))["out"].softmax(1)
    return float(live.peak) / _SIDE**2


class _LiveBytes(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of the tensors that operations make, until they are freed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now: int = 0
        self.peak: int = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        given = {id(s) for s in _storages((args, kwargs))}
        for storage in _storages(result):
            if id(storage) not in given and id(storage) not in self._known:
                self._known.add(id(storage))
                self.now += storage.nbytes()
                weakref.finalize(storage, self._free, id(storage), storage.nbytes())
        self.peak = max(self.peak, self.now)
        return result

    def _free(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size


def _storages(values: Any) -> Iterator[torch.UntypedStorage]:
    return (value.untyped_storage() for value in tree_leaves(values) if isinstance(value, Tensor))


def without_weights(segmenter: Segmenter) -> Segmenter:
    """Copy a network to the meta device: shapes alone, no memory for numbers."""
    hollow: dict[int, Any] = {
        id(p): nn.Parameter(torch.empty_like(p, device="meta"), p.requires_grad) for p in segmenter.parameters()
    }
    hollow |= {id(b): torch.empty_like(b, device="meta") for b in segmenter.buffers()}
    return deepcopy(segmenter, hollow)
