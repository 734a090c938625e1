"""Brush: which pixels a stroke covers.

Coordinates are image coordinates: pixel (x, y) covers [x, x + 1) x [y, y + 1), its centre is (x + 0.5, y + 0.5).
A segment of a stroke is the area that the brush sweeps, so a fast stroke has no gaps.
"""

from __future__ import annotations

import math
from enum import Enum
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import EMPTY, Box

MIN_RADIUS, MAX_RADIUS = 0.5, 500.0
"""Radius in pixels. The smallest brush covers exactly the pixel under the cursor."""

EPSILON = 1e-9

Floats = NDArray[np.float64]


class Shape(Enum):
    """Shape of the brush."""

    ROUND = "round"
    SQUARE = "square"


class Point(NamedTuple):
    """(x, y) in pixels; whole numbers are corners of pixels."""

    x: float
    y: float


class Covered(NamedTuple):
    """Pixels: ``mask`` is bool [box.height, box.width]."""

    box: Box
    mask: NDArray[np.bool_]

    def has(self, x: int, y: int) -> bool:
        """Whether pixel (x, y) is one of them."""
        left, top, right, bottom = self.box
        return bool(left <= x < right and top <= y < bottom and self.mask[y - top, x - left])

    def within(self, box: Box) -> NDArray[np.bool_]:
        """Return which pixels of another box are among them, bool [box.height, box.width]; a new array."""
        found = np.zeros((box.height, box.width), np.bool_)
        both = box.shared(self.box)
        if not both.is_empty:
            found[both.inside(box).slices] = self.mask[both.inside(self.box).slices]
        return found


NOTHING = Covered(EMPTY, np.zeros((0, 0), np.bool_))


def covered_by(mask: NDArray[np.bool_], left: int = 0, top: int = 0) -> Covered:
    """Return the pixels of a mask, bool [h, w], in the smallest box that holds them.

    Parameters
    ----------
    left, top : int
        Where the left upper corner of the mask lies.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return NOTHING
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Covered(box.moved(left, top), np.ascontiguousarray(mask[box.slices]))


def dab(centre: Point, radius: float, shape: Shape, height: int, width: int) -> Covered:
    """Return the pixels of an image of this size that one dab covers; see `sweep`."""
    return sweep(centre, centre, radius, shape, height, width)


def sweep(start: Point, end: Point, radius: float, shape: Shape, height: int, width: int) -> Covered:
    """Return the pixels that the brush covers on a straight line from ``start`` to ``end``.

    A round brush covers pixels whose centre is at most ``radius`` from the line; a square brush covers pixels whose
    centre lies in a square of side ``2 * radius`` moved along it (left and upper side excluded). The pixels under
    ``start`` and ``end`` are always covered.

    Parameters
    ----------
    start, end : Point
        May lie outside the image.
    radius : float
        Pixels; clipped to 0.5 - 500.
    height, width : int
        Size of the image; the result lies inside.
    """
    radius = min(max(radius, MIN_RADIUS), MAX_RADIUS)
    box = Box(
        math.floor(min(start.x, end.x) - radius),
        math.floor(min(start.y, end.y) - radius),
        math.floor(max(start.x, end.x) + radius) + 1,
        math.floor(max(start.y, end.y) + radius) + 1,
    ).clipped(height, width)
    if box.is_empty:
        return NOTHING
    rows = np.arange(box.top, box.bottom, dtype=np.float64) + 0.5
    spans = _round_spans if shape is Shape.ROUND else _square_spans
    left, right = spans(start, end, radius, rows)
    for point in (start, end):
        row = math.floor(point.y) - box.top
        if 0 <= row < box.height:
            centre = math.floor(point.x) + 0.5
            left[row], right[row] = min(left[row], centre), max(right[row], centre)
    columns = np.arange(box.left, box.right) + 0.5
    return Covered(box, (columns >= left[:, None] - EPSILON) & (columns <= right[:, None] + EPSILON))


def _round_spans(start: Point, end: Point, radius: float, rows: Floats) -> tuple[Floats, Floats]:
    """Left and right end of the swept disc in each row; it is convex, so each row holds one span."""
    left, right = np.full(rows.shape, np.inf), np.full(rows.shape, -np.inf)
    for point in {start, end}:
        inside = radius * radius - (rows - point.y) ** 2
        half = np.sqrt(np.maximum(inside, 0.0))
        hit = inside >= -EPSILON
        left[hit] = np.minimum(left[hit], point.x - half[hit])
        right[hit] = np.maximum(right[hit], point.x + half[hit])
    length = math.hypot(end.x - start.x, end.y - start.y)
    if length > 0:
        across_x, across_y = -(end.y - start.y) / length * radius, (end.x - start.x) / length * radius
        corners = [Point(p.x + s * across_x, p.y + s * across_y) for p in (start, end) for s in (-1, 1)]
        _widen(left, right, corners, rows)
    return left, right


def _square_spans(start: Point, end: Point, radius: float, rows: Floats) -> tuple[Floats, Floats]:
    """Left and right end of the swept square in each row; left and upper side do not belong to it."""
    left, right = np.full(rows.shape, np.inf), np.full(rows.shape, -np.inf)
    low = radius - 2 * EPSILON
    corners = [Point(p.x + dx, p.y + dy) for p in (start, end) for dx in (-low, radius) for dy in (-low, radius)]
    _widen(left, right, list(dict.fromkeys(corners)), rows)
    return left + 2 * EPSILON, right


def _widen(left: Floats, right: Floats, corners: list[Point], rows: Floats) -> None:
    """Extend each row's span by the convex hull of ``corners``."""
    for a, b in combinations(corners, 2):
        if a.y == b.y:
            continue
        share = (rows - a.y) / (b.y - a.y)
        hit = (share >= 0) & (share <= 1)
        x = a.x + share[hit] * (b.x - a.x)
        left[hit] = np.minimum(left[hit], x)
        right[hit] = np.maximum(right[hit], x)
