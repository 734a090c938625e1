"""Polygons of a mask along the edges of its pixels: exact, with holes; and masks of polygons.

A point (x, y) is a corner of pixels: the pixel in column x and row y covers x to x + 1 and y to y + 1, as COCO has
it. A pixel is inside a polygon when its centre is (even-odd rule), so that a mask comes back exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""[N, 2]: x and y of the corners, in pixels; the last one is joined to the first."""
_POINTS = 2000
_NOWHERE = np.zeros((3, 2))


@dataclass(frozen=True)
class Polygon:
    """A connected region: its outline, clockwise on the screen, and the outlines of its holes."""

    outline: Ring
    holes: tuple[Ring, ...] = ()

    def rings(self) -> tuple[Ring, ...]:
        """Return all outlines, the outer one first."""
        return (self.outline, *self.holes)

    def moved(self, x: float, y: float) -> Polygon:
        """Return it with ``x`` and ``y`` added to every corner."""
        step = np.array([x, y])
        return Polygon(self.outline + step, tuple(hole + step for hole in self.holes))

    def without_holes(self) -> Ring:
        """Return one ring that cuts a slit to each hole and back, for formats that know no holes.

        The slits have no width, so that the even-odd rule gives the same pixels.
        """
        ring = self.outline
        for hole in self.holes:
            distance = ((ring[:, None] - hole[None]) ** 2).sum(2)
            at, start = np.unravel_index(int(distance.argmin()), distance.shape)
            turned = np.roll(hole, -int(start), axis=0)
            ring = np.concatenate([ring[: at + 1], turned, turned[:1], ring[at:]])
        return ring


def polygon_of(mask: NDArray[np.bool_]) -> Polygon:
    """Return the polygon of a region, bool [H, W], whose pixels are connected by their sides."""
    rings = rings_of(mask)
    outer = next(n for n, ring in enumerate(rings) if area(ring) > 0)
    return Polygon(rings[outer], tuple(ring for n, ring in enumerate(rings) if n != outer))


def rings_of(mask: NDArray[np.bool_]) -> list[Ring]:
    """Return the outlines of a mask, bool [H, W]: outer ones clockwise on the screen, those of holes the other way.

    Regions that touch only in a corner have outlines of their own.
    """
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.uint8)
    padded[1:-1, 1:-1] = mask
    a, b, c, d = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    crossing = (a == d) & (b == c) & (a != b)
    corner = (a + b + c + d) % 2 == 1
    rows, columns = np.nonzero(corner | crossing)
    double = crossing[rows, columns]
    second = np.repeat(double, 1 + double) & (np.diff(np.repeat(np.arange(len(rows)), 1 + double), prepend=-1) == 0)
    rows, columns = np.repeat(rows, 1 + double), np.repeat(columns, 1 + double)
    # Where two regions touch in a corner, the left edge belongs to the upper region when that is on the left.
    swapped = crossing[rows, columns] & (b[rows, columns] == 1)
    down = np.lexsort((second ^ swapped, rows, columns))
    following = np.empty(len(rows), np.intp)
    left, right = np.arange(0, len(rows), 2), np.arange(1, len(rows), 2)
    _join(following, left, right, d[rows[left], columns[left]] == 1)  # heading right, the region is below
    top, bottom = down[::2], down[1::2]
    _join(following, top, bottom, c[rows[top], columns[top]] == 1)  # heading down, it is on the left
    points = np.stack([columns, rows], 1).astype(np.float64)
    return [points[ring] for ring in _cycles(following.tolist())]


def _join(following: NDArray[np.intp], one: NDArray[np.intp], other: NDArray[np.intp], on: NDArray[np.bool_]) -> None:
    following[np.where(on, one, other)] = np.where(on, other, one)


def _cycles(following: list[int]) -> list[list[int]]:
    seen = bytearray(len(following))
    cycles = []
    for start in range(len(following)):
        if seen[start]:
            continue
        cycle, at = [], start
        while not seen[at]:
            seen[at] = 1
            cycle.append(at)
            at = following[at]
        cycles.append(cycle)
    return cycles


def area(ring: Ring) -> float:
    """Return the area in pixels: positive when the ring is clockwise on the screen (shoelace formula)."""
    x, y = ring[:, 0], ring[:, 1]
    inner = x[:-1] @ y[1:] - x[1:] @ y[:-1]
    return float(inner + x[-1] * y[0] - x[0] * y[-1]) / 2


def simplified(polygon: Polygon, tolerance: float) -> Polygon:
    """Return the polygon with fewer corners, none of the left-out ones further than ``tolerance`` pixels from it.

    Ramer 1972, Douglas and Peucker 1973, as in OpenCV. Rings that would lose their area stay as they are.
    """
    if tolerance <= 0:
        return polygon
    outline, *holes = (_fewer(ring, tolerance) for ring in polygon.rings())
    return Polygon(outline, tuple(holes))


def _fewer(ring: Ring, tolerance: float) -> Ring:
    import cv2

    found = cv2.approxPolyDP(ring.astype(np.float32)[:, None], tolerance, True)[:, 0].astype(np.float64)
    return found if len(found) >= 3 else ring


def fill(rings: Iterable[Ring], shape: tuple[int, int]) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Draw rings into an image of this (height, width) with the even-odd rule; what lies outside of it is cut off.

    Returns
    -------
    rows, columns : slice
        The box in the image that holds all of it.
    mask : NDArray[np.bool_]
        The pixels in this box.
    """
    height, width = shape
    points = [np.asarray(ring, np.float64) for ring in rings]
    starts = np.concatenate(points) if points else np.empty((0, 2))
    if not len(starts) or not np.isfinite(starts).all():
        return slice(0, 0), slice(0, 0), np.zeros((0, 0), np.bool_)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in points])
    (x0, y0), (x1, y1) = np.floor(starts.min(0)), np.ceil(starts.max(0))
    top, bottom = int(np.clip(y0, 0, height)), int(np.clip(y1, 0, height))
    left, right = int(np.clip(x0, 0, width)), int(np.clip(x1, 0, width))
    rows, columns, _ = _crossings(starts, ends, top, bottom)
    rows, columns = rows - top, np.clip(columns, left, right) - left
    width = right - left + 1
    counts = np.bincount(rows * width + columns, minlength=(bottom - top) * width).reshape(bottom - top, width)
    mask = np.cumsum(counts & 1, axis=1)[:, :-1] % 2 == 1
    return slice(top, bottom), slice(left, right), mask


def fill_each(rings: Sequence[Ring], shape: tuple[int, int]) -> Iterator[tuple[slice, slice, NDArray[np.bool_]]]:
    """Do what `fill` does for polygons of one ring each, in a quarter of its time for many small ones."""
    height, width = shape
    first = 0
    while first < len(rings):
        last, points = first, 0
        while last < len(rings) and (last == first or points + len(rings[last]) <= _POINTS):
            points, last = points + len(rings[last]), last + 1
        yield from _filled([np.asarray(ring, np.float64) for ring in rings[first:last]], height, width)
        first = last


def _filled(rings: list[Ring], height: int, width: int) -> Iterator[tuple[slice, slice, NDArray[np.bool_]]]:
    rings = [ring if len(ring) and np.isfinite(ring).all() else _NOWHERE for ring in rings]
    sizes = np.array([len(ring) for ring in rings])
    starts = np.concatenate(rings)
    last = np.cumsum(sizes) - 1
    ends = np.roll(starts, -1, axis=0)
    ends[last] = starts[last - sizes + 1]
    rows, columns, counts = _crossings(starts, ends, 0, height)
    columns = np.clip(columns, 0, width)
    begin = 0
    for end in np.cumsum(counts)[last].tolist():
        row, column = rows[begin:end], columns[begin:end]
        begin = end
        if not len(row):
            yield slice(0, 0), slice(0, 0), np.zeros((0, 0), np.bool_)
            continue
        top, bottom, left, right = int(row.min()), int(row.max()) + 1, int(column.min()), int(column.max())
        wide = right - left + 1
        cells = np.bincount((row - top) * wide + column - left, minlength=(bottom - top) * wide)
        mask = np.cumsum(cells.reshape(bottom - top, wide), axis=1)[:, :-1] & 1
        yield slice(top, bottom), slice(left, right), mask.astype(np.bool_)


def _crossings(
    starts: Ring, ends: Ring, top: int, bottom: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return where edges cross the middles of the rows from ``top`` to ``bottom``, edge by edge.

    Row, first column after it, and how many rows each edge crosses.
    """
    upper, lower = np.minimum(starts[:, 1], ends[:, 1]), np.maximum(starts[:, 1], ends[:, 1])
    first = np.clip(np.ceil(upper - 0.5), top, bottom).astype(np.intp)
    last = np.clip(np.ceil(lower - 0.5), top, bottom).astype(np.intp)
    counts = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(starts)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    (x0, y0), (x1, y1) = starts[edge].T, ends[edge].T
    x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    return row, np.ceil(np.clip(x, -1, 1 << 30) - 0.5).astype(np.intp), counts
