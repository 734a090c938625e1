"""How much a network computes at each pixel, which decides whether bf16 pays."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segcore.models.segmenter import Segmenter

_SIDE = 256
"""Side of the input that is counted: a multiple of every stride, large beside what is pooled to a fixed size."""


def multiply_adds_per_pixel(segmenter: Segmenter) -> float:
    """Count the multiplications with addition in all convolutions and matrix products, at each pixel of the input.

    Nothing is computed: the count is made on a copy without weights (the meta device), in evaluation mode.

    Parameters
    ----------
    segmenter : Segmenter
        Stays as it is.

    Returns
    -------
    float
        Multiply-adds per input pixel: 9,000 for the starter, 530,000 for torchvision's FCN on ResNet-50.
    """
    hollow = without_weights(segmenter).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        hollow(torch.empty(1, 3, _SIDE, _SIDE, device="meta"))
    return float(counter.get_total_flops()) / 2 / _SIDE**2


def without_weights(segmenter: Segmenter) -> Segmenter:
    """Copy a network to the meta device: shapes alone, no memory for numbers."""
    hollow: dict[int, Any] = {
        id(p): nn.Parameter(torch.empty_like(p, device="meta"), p.requires_grad) for p in segmenter.parameters()
    }
    hollow |= {id(b): torch.empty_like(b, device="meta") for b in segmenter.buffers()}
    return deepcopy(segmenter, hollow)
