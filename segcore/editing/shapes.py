"""Shapes: which pixels a polygon, a rectangle or an ellipse covers.

Coordinates are image coordinates: pixel (x, y) covers [x, x + 1) x [y, y + 1), its centre is (x + 0.5, y + 0.5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import EPSILON, NOTHING, Covered, Point


def polygon(points: Sequence[Point], height: int, width: int, overlaps: bool = False) -> Covered:
    """Return the pixels of an image of this size whose centre lies in the polygon.

    Two polygons that share a side cover each pixel along it exactly once, without gap or overlap.

    Parameters
    ----------
    points : Sequence[Point]
        Corners in image coordinates, closed implicitly; fewer than three cover nothing.
    height, width : int
        Size of the image; the result lies inside.
    overlaps : bool
        Whether an area that the outline goes around twice lies inside (nonzero rule) or outside (even-odd rule).
    """
    if len(points) < 3:
        return NOTHING
    xs, ys = np.array([p.x for p in points]), np.array([p.y for p in points])
    box = Box(math.floor(xs.min()), math.floor(ys.min()), math.floor(xs.max()) + 1, math.floor(ys.max()) + 1).clipped(
        height, width
    )
    if box.is_empty:
        return NOTHING
    # How often the outline goes around a pixel: each side adds 1 or -1, by its direction, to all pixels to its right.
    turns = np.zeros((box.height, box.width + 1), np.int16)
    for x0, y0, x1, y1 in zip(xs, ys, np.roll(xs, -1), np.roll(ys, -1), strict=True):
        # Computed from the upper end, so that a shared side gives the same numbers in both polygons.
        way = 1
        if y0 > y1:
            x0, y0, x1, y1, way = x1, y1, x0, y0, -1
        first, last = max(math.ceil(y0 - 0.5), box.top), min(math.ceil(y1 - 0.5), box.bottom)
        if first >= last:
            continue
        rows = np.arange(first, last)
        crossing = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
        columns = np.clip(np.ceil(crossing - 0.5).astype(np.int64) - box.left, 0, box.width)
        turns[rows - box.top, columns] += np.int16(way)
    np.add.accumulate(turns, axis=1, out=turns)
    inside = turns[:, :-1]
    return Covered(box, inside != 0 if overlaps else (inside & 1).astype(np.bool_))


def rectangle(box: Box, height: int, width: int) -> Covered:
    """Return the pixels of ``box`` that lie in an image of this size."""
    box = box.clipped(height, width)
    return NOTHING if box.is_empty else Covered(box, np.ones((box.height, box.width), np.bool_))


def ellipse(around: Box, height: int, width: int) -> Covered:
    """Return the pixels of an image of this size whose centre lies in the ellipse that touches the sides of a box."""
    box = around.clipped(height, width)
    if box.is_empty:
        return NOTHING
    rows = np.arange(box.top, box.bottom) + 0.5 - (around.top + around.bottom) / 2
    columns = np.arange(box.left, box.right) + 0.5 - (around.left + around.right) / 2
    half = around.width / 2 * np.sqrt(np.maximum(0.0, 1.0 - (2 * rows / around.height) ** 2))
    return Covered(box, np.abs(columns) <= half[:, None] + EPSILON)
