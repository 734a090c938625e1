"""Regions: connected uncertain parts of an image, each small enough for one stroke."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.worklist.rarity import Rarity
from segcore.worklist.uncertainty_map import LEAST_UNCERTAINTY, Source, UncertaintyMap

GRID = 1024
"""Cells of the longest side at most: larger images are looked at in cells of several pixels."""
PEAK_SHARE = 0.5
"""A pixel is uncertain from this share of the image's 99th percentile on."""
REACH = 0.25
"""Longest side of a region, as a share of the longest side of the image: about what a person sees at once."""
LEAST_CELLS = 12
"""Smaller regions are specks; a stroke is not worth it."""
MOST = 64
"""Regions of an image."""


@dataclass(frozen=True)
class Region:
    """A part of an image where a stroke is expected to help.

    Attributes
    ----------
    box : Box
        Around it, in pixels of the image.
    pixels : int
        Uncertain pixels in it that nobody painted or confirmed.
    value : int
        The class most of them have, or are predicted to have; 255 for none.
    gain : float
        Sum of their uncertainty (0-1), times the rarity of ``value``.
    """

    box: Box
    pixels: int
    value: int
    gain: float


def find_regions(found: UncertaintyMap, rarity: Rarity, most: int = MOST) -> list[Region]:
    """Return the regions of an image, the one with the largest gain first; none where nothing is uncertain."""
    cell = max(1, -(-max(found.uncertainty.shape) // GRID))
    mass, values = _on_grid(found, cell)
    least = _threshold(mass)
    if least is None:
        return []
    uncertain = mass >= least
    number, components, stats, _ = cv2.connectedComponentsWithStats(uncertain.view(np.uint8), connectivity=8)
    reach = max(8, int(REACH * max(mass.shape)))
    parts, number = _cut(np.array(components, np.int32), np.array(stats, np.int32), number, reach)
    regions = _measured(parts, number, mass, values, rarity, cell, found.uncertainty.shape)
    return sorted(regions, key=lambda each: -each.gain)[:most]


def regions_in(found: UncertaintyMap, rarity: Rarity, most: int = MOST) -> list[Region]:
    """Return `find_regions`; none of an image without any label and prediction, where every part would be one."""
    return [] if found.source is Source.NOTHING else find_regions(found, rarity, most)


def _on_grid(found: UncertaintyMap, cell: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return mean uncertainty and values of cells of ``cell`` x ``cell`` pixels, smoothed so that specks join."""
    mass, values = found.uncertainty, found.values
    if cell > 1:
        size = -(-mass.shape[1] // cell), -(-mass.shape[0] // cell)
        mass = np.asarray(cv2.resize(mass, size, interpolation=cv2.INTER_AREA), np.uint8)
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    smooth = np.asarray(cv2.GaussianBlur(mass, (5, 5), 0), np.uint8)
    return np.where(mass > 0, smooth, np.uint8(0)), values


def _threshold(mass: NDArray[np.uint8]) -> float | None:
    """Return the uncertainty from which on a cell belongs to a region; None where all are certain."""
    free = mass[mass > 0]
    if not free.size:
        return None
    peak = float(np.percentile(free, 99))
    return max(float(LEAST_UNCERTAINTY), PEAK_SHARE * peak) if peak >= LEAST_UNCERTAINTY else None


def _cut(parts: NDArray[np.int32], stats: NDArray[np.int32], number: int, reach: int) -> tuple[NDArray[np.int32], int]:
    """Cut components longer than ``reach`` into equal tiles, in place; return the parts and how many there are."""
    for component in range(1, number):
        left, top, width, height, _ = (int(each) for each in stats[component])
        across, down = -(-width // reach), -(-height // reach)
        if across * down == 1:
            continue
        view = parts[top : top + height, left : left + width]
        inside = view == component
        tile = (np.arange(height) * down // height)[:, None] * across + (np.arange(width) * across // width)[None]
        view[inside] = (number + tile)[inside]
        number += across * down
    return parts, number


def _measured(
    parts: NDArray[np.int32],
    number: int,
    mass: NDArray[np.uint8],
    values: NDArray[np.uint8],
    rarity: Rarity,
    cell: int,
    shape: tuple[int, ...],
) -> list[Region]:
    rows, columns = np.nonzero(parts)
    which = parts[rows, columns]
    cells = np.bincount(which, minlength=number)
    sums = np.bincount(which, weights=mass[rows, columns] / 255.0, minlength=number)
    kinds, counts = np.unique(which.astype(np.int64) * 256 + values[rows, columns], return_counts=True)
    value = np.full(number, 255)
    for place in np.argsort(counts, kind="stable"):  # the most frequent comes last and stays
        value[kinds[place] // 256] = kinds[place] % 256
    low, high = (np.full((number, 2), start, np.int64) for start in (1 << 40, -1))
    for axis, places in enumerate((rows, columns)):
        np.minimum.at(low[:, axis], which, places)
        np.maximum.at(high[:, axis], which, places)
    found = []
    for part in np.flatnonzero(cells >= LEAST_CELLS):
        (top, left), (bottom, right) = low[part] * cell, (high[part] + 1) * cell
        box = Box(int(left), int(top), int(right), int(bottom)).clipped(shape[0], shape[1])
        gain = float(sums[part]) * cell * cell * rarity.weight(int(value[part]))
        found.append(Region(box, int(cells[part]) * cell * cell, int(value[part]), gain))
    return found
