"""The way of a stroke: the longest way along the skeleton of a region."""

from __future__ import annotations

import cv2
import numpy as np

COARSE = 400
"""Pixels; the skeleton of a longer region is found at a coarser scale."""

Way = list[tuple[int, int]]
"""Pixels (y, x), each beside the one before."""

_BITS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)  # clockwise from north


def longest_way(mask: np.ndarray) -> Way:
    """Return the longest way along the skeleton of bool [h, w], one connected region, from end to end."""
    coarse = max(1, max(mask.shape) // COARSE)
    if coarse == 1:
        return _longest(_skeleton(mask))
    small = cv2.resize(mask.astype(np.uint8) * 255, None, fx=1 / coarse, fy=1 / coarse, interpolation=cv2.INTER_AREA)
    height, width = mask.shape
    return [
        (min(y * coarse + coarse // 2, height - 1), min(x * coarse + coarse // 2, width - 1))
        for y, x in _longest(_skeleton(small > 0))
    ]


def middle(way: Way, share: float) -> Way:
    """Return the middle ``share`` (0-1) of a way, at least one pixel."""
    skip = int(len(way) * (1 - share) / 2 + 1e-9)  # 0.8 is a little more than 4/5
    return way[skip : len(way) - skip] or [way[len(way) // 2]]


def length(way: Way) -> float:
    """Return how long a way is, in pixels."""
    return float(np.hypot(*np.diff(np.array(way, np.float64), axis=0).T).sum()) if len(way) > 1 else 0.0


def inscribed_radius(mask: np.ndarray) -> float:
    """Return the radius in pixels of the largest disc inside bool [h, w]; what lies around the array is outside."""
    padded = np.pad(mask.astype(np.uint8), 1)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())


def thin(mask: np.ndarray) -> np.ndarray:
    """Thin bool [h, w] to lines one pixel wide (Zhang and Suen 1984)."""
    image = np.pad(mask, 1).astype(np.uint8)
    while True:
        before = cv2.countNonZero(image)
        for table in _TABLES:
            neighbours = cv2.filter2D(image, cv2.CV_8U, _BITS, borderType=cv2.BORDER_CONSTANT)
            image &= cv2.LUT(neighbours, table)
        if cv2.countNonZero(image) == before:
            return image[1:-1, 1:-1] > 0


def _tables() -> tuple[np.ndarray, np.ndarray]:
    """For each pattern of neighbours: 1 where the pixel stays, in the first and the second half of a pass."""
    keep = np.ones((2, 256), np.uint8)
    for pattern in range(256):
        n = [pattern >> bit & 1 for bit in range(8)]
        turns = sum(n[i] == 0 and n[(i + 1) % 8] == 1 for i in range(8))
        if not (2 <= sum(n) <= 6 and turns == 1):
            continue
        north, east, south, west = n[0], n[2], n[4], n[6]
        keep[0, pattern] = bool(north * east * south or east * south * west)
        keep[1, pattern] = bool(north * east * west or north * south * west)
    return keep[0], keep[1]


_TABLES = _tables()


def _skeleton(mask: np.ndarray) -> np.ndarray:
    """Thin a region; where nothing is left of it (a square of two pixels), its innermost pixel."""
    found = thin(mask)
    if not found.any():
        depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        found[np.unravel_index(int(depth.argmax()), depth.shape)] = True
    return found


def _longest(skeleton: np.ndarray) -> Way:
    """Return the way from one end of a skeleton to the farthest other."""
    width = skeleton.shape[1] + 2
    pixels = set(np.flatnonzero(np.pad(skeleton, 1)).tolist())
    steps = (-width, -1, 1, width, -width - 1, -width + 1, width - 1, width + 1)
    far = _farthest(pixels, min(pixels), steps)[-1]
    return [(at // width - 1, at % width - 1) for at in _farthest(pixels, far, steps)]


def _farthest(pixels: set[int], start: int, steps: tuple[int, ...]) -> list[int]:
    came = {start: -1}
    queue = [start]
    for at in queue:
        for step in steps:
            other = at + step
            if other in pixels and other not in came:
                came[other] = at
                queue.append(other)
    way = []
    at = queue[-1]
    while at >= 0:
        way.append(at)
        at = came[at]
    return way[::-1]
