"""Sums over all ranks that gradients flow through."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def total(x: Tensor) -> Tensor:
    """Sum over all ranks, which gradients flow through; ``x`` itself in a process of its own.

    A loss that is computed from such sums is the loss of all ranks' crops together, and the mean over the ranks of its
    gradients is this loss's gradient.
    """
    if not dist.is_available() or not dist.is_initialized():
        return x
    summed: Tensor = _Total.apply(x)
    return summed


class _Total(torch.autograd.Function):
    """y = sum of all ranks' x. Each rank's loss depends on each rank's x, so the gradients are summed as well."""

    @staticmethod
    def forward(context: Any, x: Tensor) -> Tensor:
        y = x.detach().clone(memory_format=torch.contiguous_format)
        dist.all_reduce(y)
        return y

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        return _Total.forward(context, gradients[0])
