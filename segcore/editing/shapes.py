"""Polygons: which pixels a polygon covers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import NOTHING, Covered, Point


def polygon(points: Sequence[Point], height: int, width: int) -> Covered:
    """Return the pixels of an image of this size whose centre lies in the polygon (even-odd rule).

    Two polygons that share a side cover each pixel along it exactly once, without gap or overlap.

    Parameters
    ----------
    points : Sequence[Point]
        Corners in image coordinates (pixel centres are at .5), closed implicitly; fewer than three cover nothing.
    height, width : int
        Size of the image; the result lies inside.
    """
    if len(points) < 3:
        return NOTHING
    xs, ys = np.array([p.x for p in points]), np.array([p.y for p in points])
    box = Box(math.floor(xs.min()), math.floor(ys.min()), math.floor(xs.max()) + 1, math.floor(ys.max()) + 1).clipped(
        height, width
    )
    if box.is_empty:
        return NOTHING
    # Each side inverts, in every row that it crosses, all pixels to its right.
    flips = np.zeros((box.height, box.width + 1), np.uint8)
    for x0, y0, x1, y1 in zip(xs, ys, np.roll(xs, -1), np.roll(ys, -1), strict=True):
        # Computed from the upper end, so that a shared side gives the same numbers in both polygons.
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        first, last = max(math.ceil(y0 - 0.5), box.top), min(math.ceil(y1 - 0.5), box.bottom)
        if first >= last:
            continue
        rows = np.arange(first, last)
        crossing = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
        columns = np.clip(np.ceil(crossing - 0.5).astype(np.int64) - box.left, 0, box.width)
        flips[rows - box.top, columns] ^= 1
    return Covered(box, np.bitwise_xor.accumulate(flips, axis=1)[:, :-1].view(np.bool_))
