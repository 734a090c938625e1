"""Tile size: the largest tile that fits into a device's memory."""

from __future__ import annotations

import math

import torch

from segcore.hardware.device import free_memory
from segcore.images.tiling import GRID
from segcore.models.cost import peak_bytes_per_pixel
from segcore.models.segmenter import Segmenter

SMALLEST = 256
"""No smaller tile is chosen beforehand; a device that has no room even so says it."""

SHARE = 0.5
"""Of the free memory: what a library takes for itself, and other programs, are not foreseen."""


def largest_tile(segmenter: Segmenter, device: torch.device, scale: float, most: int) -> int:
    """Return the side of the largest square tile that fits, a multiple of 32.

    Parameters
    ----------
    segmenter : Segmenter
        Its need is counted without computing anything (`peak_bytes_per_pixel`).
    device : torch.device
        Whose free memory counts now.
    scale : float
        How much larger than the tile the network's input is.
    most : int
        The largest side to choose.
    """
    pixels = SHARE * free_memory(device) / (peak_bytes_per_pixel(segmenter) * scale**2)
    return min(most, max(SMALLEST, math.isqrt(int(pixels)) // GRID * GRID))
