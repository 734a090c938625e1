"""Shapes: which pixels a polygon, a rectangle or an ellipse covers.

Coordinates are image coordinates: pixel (x, y) covers [x, x + 1) x [y, y + 1), its centre is (x + 0.5, y + 0.5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import EPSILON, NOTHING, Covered, Floats, Point

Ints = NDArray[np.int64]


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
    rows, columns, ways = _crossings(xs, ys, box)
    # From a crossing to the next one in its row, the outline goes around the pixels so many times.
    turns = np.cumsum(ways)
    inside = np.flatnonzero(turns != 0 if overlaps else turns & 1)
    mask = np.zeros((box.height, box.width), np.bool_)
    for row, left, right in zip(rows[inside], columns[inside], columns[inside + 1], strict=True):
        mask[row, left:right] = True
    return Covered(box, mask)


def _crossings(xs: Floats, ys: Floats, box: Box) -> tuple[Ints, Ints, Ints]:
    """Return where the sides of a polygon cross the middles of the rows of a box, by row, from left to right.

    Returns
    -------
    rows, columns : NDArray[np.int64]
        Counted from the corner of the box: the row, and the first pixel to the right of the crossing.
    ways : NDArray[np.int64]
        1 for a side that goes down, -1 for one that goes up; each row has as many of both.
    """
    next_xs, next_ys = np.roll(xs, -1), np.roll(ys, -1)
    down = ys <= next_ys
    # Computed from the upper end, so that a shared side gives the same numbers in both polygons.
    x0, y0 = np.where(down, xs, next_xs), np.where(down, ys, next_ys)
    x1, y1 = np.where(down, next_xs, xs), np.where(down, next_ys, ys)
    first = np.maximum(np.ceil(y0 - 0.5), box.top).astype(np.int64)
    last = np.minimum(np.ceil(y1 - 0.5), box.bottom).astype(np.int64)
    counts = np.maximum(0, last - first)
    side = np.repeat(np.arange(len(xs)), counts)
    rows = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts, counts) + first[side]
    slopes = np.divide(x1 - x0, y1 - y0, out=np.zeros(len(xs)), where=y1 > y0)
    crossing = x0[side] + (rows + 0.5 - y0[side]) * slopes[side]
    columns = np.clip(np.ceil(crossing - 0.5).astype(np.int64) - box.left, 0, box.width)
    order = np.lexsort((columns, rows))
    return rows[order] - box.top, columns[order], np.where(down, 1, -1)[side][order]


def rectangle(box: Box, height: int, width: int) -> Covered:
    """Return the pixels of ``box`` that lie in an image of this size; the mask takes no memory and is read-only."""
    box = box.clipped(height, width)
    return NOTHING if box.is_empty else Covered(box, np.broadcast_to(np.True_, (box.height, box.width)))


def ellipse(around: Box, height: int, width: int) -> Covered:
    """Return the pixels of an image of this size whose centre lies in the ellipse that touches the sides of a box."""
    box = around.clipped(height, width)
    if box.is_empty:
        return NOTHING
    rows = np.arange(box.top, box.bottom) + 0.5 - (around.top + around.bottom) / 2
    columns = np.arange(box.left, box.right) + 0.5 - (around.left + around.right) / 2
    half = around.width / 2 * np.sqrt(np.maximum(0.0, 1.0 - (2 * rows / around.height) ** 2))
    return Covered(box, np.abs(columns) <= half[:, None] + EPSILON)
