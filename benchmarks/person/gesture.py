"""What the person does next: the largest wrong region, and how a stroke or a polygon puts it right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.person.skeleton import Way, inscribed_radius, length, longest_way, middle
from segcore.editing.box import Box
from segcore.editing.brush import Covered, Point
from segcore.editing.shapes import polygon

WAY_SHARE = 0.8
RADIUS_SHARE = 0.8
LEAST_RADIUS, MOST_RADIUS = 1.0, 40.0
"""Pixels."""
SIMPLIFICATION = 2.0
"""Pixels that a polygon may lie off the contour."""


@dataclass(frozen=True)
class Wrong:
    """The connected wrong pixels of one true class."""

    value: int
    region: Covered


@dataclass(frozen=True)
class Stroke:
    """A class value, the way of the pen and its radius in pixels."""

    value: int
    way: Way
    radius: float

    @property
    def seconds(self) -> float:
        """What it costs a person."""
        return 1.5 + 0.5 * length(self.way) / 100


@dataclass(frozen=True)
class Outline:
    """A class value and the corners of a polygon."""

    value: int
    corners: list[Point]

    @property
    def seconds(self) -> float:
        """What it costs a person."""
        return 0.8 * len(self.corners)


def largest_wrong(labels: np.ndarray, truth: np.ndarray, valid: np.ndarray, of: Collection[int]) -> Wrong | None:
    """Return the largest wrong region whose true class is one of ``of``; None without any. Arrays are [H, W]."""
    wrong = (labels != truth) & valid
    best: tuple[int, int, Covered] | None = None
    for value in sorted(of):
        mask = (wrong & (truth == value)).view(np.uint8)
        if best is not None and cv2.countNonZero(mask) <= best[0]:
            continue
        count, parts, stats, _ = cv2.connectedComponentsWithStats(mask)
        if count < 2:
            continue
        part = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        left, top, width, height, area = (int(number) for number in stats[part])
        if best is None or area > best[0]:
            box = Box(left, top, left + width, top + height)
            best = area, value, Covered(box, parts[box.slices] == part)
    return None if best is None else Wrong(best[1], best[2])


def stroke_over(wrong: Wrong) -> Stroke:
    """Return the stroke: along the middle of the region's longest way."""
    box, mask = wrong.region
    way = [(y + box.top, x + box.left) for y, x in middle(longest_way(mask), WAY_SHARE)]
    radius = min(max(RADIUS_SHARE * inscribed_radius(mask), LEAST_RADIUS), MOST_RADIUS)
    return Stroke(wrong.value, way, radius)


def outline_of(wrong: Wrong, shape: tuple[int, int]) -> Outline:
    """Return the polygon: the region's contour, simplified, but not so far that it holds nothing of the region."""
    box, mask = wrong.region
    double = cv2.resize(mask.astype(np.uint8), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    contours, _ = cv2.findContours(double, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len)
    allowed = SIMPLIFICATION
    while True:
        corners = cv2.approxPolyDP(contour, 2 * allowed, True)[:, 0].astype(np.float64)
        points = [Point(box.left + (x + 0.5) / 2, box.top + (y + 0.5) / 2) for x, y in corners]
        covered = polygon(points, *shape)
        if allowed < 0.25 or _meets(covered, wrong.region):
            return Outline(wrong.value, points)
        allowed /= 2


def _meets(one: Covered, other: Covered) -> bool:
    """Whether two areas have a pixel in common."""
    left, top = max(one.box.left, other.box.left), max(one.box.top, other.box.top)
    right, bottom = min(one.box.right, other.box.right), min(one.box.bottom, other.box.bottom)
    if left >= right or top >= bottom:
        return False
    pieces = [
        c.mask[top - c.box.top : bottom - c.box.top, left - c.box.left : right - c.box.left] for c in (one, other)
    ]
    return bool((pieces[0] & pieces[1]).any())
