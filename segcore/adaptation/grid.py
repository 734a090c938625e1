"""Grids of cells over an image: parts of a coarse grid, brought to a finer one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats, gather
from segcore.editing.box import Box


def needed(region: Box, times: int, shape: tuple[int, int]) -> Box:
    """Return the cells of the coarse grid, of ``shape`` (rows, columns), that a region of the finer grid depends on.

    ``times`` is the number of cells of the finer grid for one of the coarse, along each side.
    """
    more = 0 if times == 1 else 1
    return Box(
        max(0, region.left // times - more),
        max(0, region.top // times - more),
        min(shape[1], -(-region.right // times) + more),
        min(shape[0], -(-region.bottom // times) + more),
    )


def enlarged(values: Floats, cells: Box, times: int, region: Box) -> Floats:
    """Bring a part of a coarse grid to a region of the finer grid, bilinearly.

    Parameters
    ----------
    values : NDArray[np.float32]
        [C, h, w] of the ``cells`` of the coarse grid, at least those that are `needed`.
    cells : Box
        Which they are.
    times : int
        Cells of the finer grid for one of the coarse, along each side.
    region : Box
        Cells of the finer grid.

    Returns
    -------
    NDArray[np.float32]
        [C, region.height, region.width].
    """
    top, left = region.top - cells.top * times, region.left - cells.left * times
    part = slice(top, top + region.height), slice(left, left + region.width)
    if times == 1:
        return values[:, *part]
    size = cells.width * times, cells.height * times
    found = np.empty((len(values), region.height, region.width), np.float32)
    for channel, plane in enumerate(values):
        found[channel] = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)[part]
    return found


def sampled(values: Floats, cells: Box, times: int, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    """Return what `enlarged` would put at these places of the finer grid: float32 [n, C]."""
    return gather(values.transpose(1, 2, 0), times, rows - cells.top * times, columns - cells.left * times)


def blocks(region: Box, side: int) -> list[Box]:
    """Return the region in squares of this side; those at the right and at the bottom are smaller."""
    return [
        Box(left, top, min(left + side, region.right), min(top + side, region.bottom))
        for top in range(region.top, region.bottom, side)
        for left in range(region.left, region.right, side)
    ]


def strips(region: Box, cells: int) -> list[Box]:
    """Return the region in pieces of its full width, of about so many cells."""
    rows = max(1, cells // max(1, region.width))
    return [
        Box(region.left, top, region.right, min(top + rows, region.bottom))
        for top in range(region.top, region.bottom, rows)
    ]
