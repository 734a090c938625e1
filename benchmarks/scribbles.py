"""A simulated person: the scribbles that someone who knows the truth would draw over what is wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import cv2
import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.recorder import Recorder
from segcore.interactive.smart_stroke import SmartStroke
from segcore.interactive.stroke_record import Scribble, StrokeRecord
from segcore.interactive.window import Windows
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive

IGNORE = 255
COARSE = 160
"""Pixels; skeletons of longer regions need not be finer."""


class Person:
    """Paints one image, one stroke after the other, and keeps the record of the strokes as the app does.

    Parameters
    ----------
    windows : Windows
        Of the image.
    labels : np.ndarray
        Uint8 [H, W] to begin with: predictions, and 255 where there is nothing.
    probabilities : Callable[[Box], np.ndarray] | None
        The network's, float32 [C, h, w] of a box.
    values : np.ndarray
        Uint8 [C], the class of each channel.
    """

    def __init__(
        self,
        windows: Windows,
        labels: np.ndarray,
        probabilities: Callable[[Box], np.ndarray] | None = None,
        values: np.ndarray | None = None,
    ) -> None:
        provenance = np.where(labels == IGNORE, Provenance.UNTOUCHED, Provenance.PREDICTED).astype(np.uint8)
        self.label_map = LabelMap(labels.copy(), provenance)
        self._windows, self._probabilities = windows, probabilities
        self._values = np.zeros(0, np.uint8) if values is None else values
        self.forget()

    @property
    def labels(self) -> np.ndarray:
        """Uint8 [H, W]."""
        return self.label_map.labels

    def smart_stroke(self, pen: Covered, value: int) -> None:
        """Draw a smart stroke."""
        image, given = self._windows.image, self.label_map
        stroke = SmartStroke(
            image,
            given.labels,
            given.provenance,
            self._probabilities,
            self._values,
            value,
            windows=self._windows,
            origins=self._record.origins,
        )
        decision = drive(stroke.decide(pen))
        self._paint(Covered(decision.box, decision.mask), value, lambda: pen)

    def brush(self, pen: Covered, value: int) -> None:
        """Paint these pixels by hand."""
        self._paint(pen, value, None)

    def fill(self, value: int) -> None:
        """Give all pixels one class."""
        height, width = self.label_map.shape
        self._paint(Covered(Box(0, 0, width, height), np.ones((height, width), np.bool_)), value, None)

    def forget(self) -> None:
        """Open the image again."""
        self._record = StrokeRecord(*self.label_map.shape)

    def _paint(self, covered: Covered, value: int, scribble: Scribble | None) -> None:
        recorder = Recorder(self.label_map, "")
        recorder.paint(covered.box, covered.mask, value)
        self._record.done(recorder.finish(), scribble)


def wrong_regions(labels: np.ndarray, truth: np.ndarray, least: int) -> list[tuple[int, Covered]]:
    """Return (true class, region) of connected wrong pixels of one true class, of at least ``least``, largest first."""
    wrong = (labels != truth) & (truth != IGNORE)
    regions = []
    for value in np.unique(truth[wrong]):
        _, parts, stats, _ = cv2.connectedComponentsWithStats((wrong & (truth == value)).astype(np.uint8))
        for part, (left, top, width, height, area) in enumerate(stats):
            if part and area >= least:
                box = Box(int(left), int(top), int(left + width), int(top + height))
                regions.append((int(value), Covered(box, parts[box.slices] == part)))
    return sorted(regions, key=lambda found: -int(found[1].mask.sum()))


def scribble(region: Covered, allowed: np.ndarray, radius: int, share: float = 0.8) -> Covered:
    """Return what a pen of this radius covers along the middle ``share`` of a region's longest way.

    ``allowed`` is bool [H, W], the pixels that are truly of the class: never outside.
    """
    way = _way(region.mask)
    skip = int(len(way) * (1 - share) / 2)
    way = way[skip : len(way) - skip] or way
    box = Box(
        region.box.left - radius, region.box.top - radius, region.box.right + radius, region.box.bottom + radius
    ).clipped(*allowed.shape)
    mask = np.zeros((box.height, box.width), np.uint8)
    points = np.array([(x + region.box.left - box.left, y + region.box.top - box.top) for y, x in way], np.int32)
    mask[points[:, 1], points[:, 0]] = 1
    size = 2 * radius + 1
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return Covered(box, (cv2.dilate(mask, pen) > 0) & allowed[box.slices])


def _way(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return the longest way (y, x) along the skeleton of bool [h, w]; a large mask's is found at a coarser scale."""
    coarse = max(1, max(mask.shape) // COARSE)
    if coarse == 1:
        return _longest_way(_thin(mask))
    small = cv2.resize(mask.astype(np.uint8), None, fx=1 / coarse, fy=1 / coarse, interpolation=cv2.INTER_AREA)
    way = _longest_way(_thin(small > 0)) if small.any() else []
    if len(way) < 2:  # thinner than the coarser scale can tell
        return _longest_way(_thin(mask))
    corners = np.array([(x * coarse + coarse // 2, y * coarse + coarse // 2) for y, x in way], np.int32)
    drawn = np.zeros(mask.shape, np.uint8)
    cv2.polylines(drawn, [corners], False, 1)
    return _longest_way(drawn > 0)


def _thin(mask: np.ndarray) -> np.ndarray:
    """Thin (Zhang and Suen, 1984): the skeleton of bool [h, w], 8-connected."""
    image = np.pad(mask, 1).astype(np.uint8)
    while True:
        before = int(image.sum())
        for first in (True, False):
            n = [
                np.roll(image, shift, (0, 1))
                for shift in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            ]
            count = np.sum(n, axis=0)
            turns = np.sum([(n[i] == 0) & (n[(i + 1) % 8] == 1) for i in range(8)], axis=0)
            north, east, south, west = n[0], n[2], n[4], n[6]
            corner = (
                (north * east * south == 0) & (east * south * west == 0)
                if first
                else (north * east * west == 0) & (north * south * west == 0)
            )
            image[(image == 1) & (count >= 2) & (count <= 6) & (turns == 1) & corner] = 0
        if int(image.sum()) == before:
            return image[1:-1, 1:-1] > 0


def _longest_way(skeleton: np.ndarray) -> list[tuple[int, int]]:
    """Return pixels (y, x) from one end of a skeleton to the farthest other, in order."""
    left = set(map(tuple, np.argwhere(skeleton).tolist()))
    start = next(iter(sorted(left)))
    return _farthest(left, _farthest(left, start)[-1])


def _farthest(pixels: set[tuple[int, int]], start: tuple[int, int]) -> list[tuple[int, int]]:
    came: dict[tuple[int, int], tuple[int, int] | None] = {start: None}
    queue = deque([start])
    last = start
    while queue:
        last = queue.popleft()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                other = (last[0] + dy, last[1] + dx)
                if other in pixels and other not in came:
                    came[other] = last
                    queue.append(other)
    way: list[tuple[int, int]] = []
    at: tuple[int, int] | None = last
    while at is not None:
        way.append(at)
        at = came[at]
    return way[::-1]


def shifted(labels: np.ndarray, amount: float, seed: int) -> np.ndarray:
    """Return labels, uint8 [H, W], with borders that wander off by about ``amount`` pixels (root mean square)."""
    rng = np.random.default_rng(seed)
    height, width = labels.shape
    coarse = rng.normal(0.0, 1.0, (2, height // 24 + 2, width // 24 + 2)).astype(np.float32)
    field = np.stack([cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC) for part in coarse])
    field *= amount / np.sqrt((field**2).sum(axis=0).mean())
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return cv2.remap(labels, x + field[0], y + field[1], cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)


def bands(labels: np.ndarray, count: int, radius: int, seed: int, reach: float = 50.0) -> list[Covered]:
    """Return strokes of a pen along the borders of uint8 [H, W], each within ``reach`` of some pixel of a border."""
    border = np.zeros(labels.shape, np.uint8)
    border[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    border[1:] |= labels[1:] != labels[:-1]
    rng = np.random.default_rng(seed)
    places = np.argwhere(border)
    found = []
    for y, x in rng.permutation(places)[:count]:
        near = border * (_distance(labels.shape, int(y), int(x)) < reach)
        _, parts = cv2.connectedComponents(near.astype(np.uint8))
        size = 2 * radius + 1
        pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        mask = cv2.dilate((parts == parts[y, x]).astype(np.uint8), pen) > 0
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        found.append(Covered(box, mask[box.slices]))
    return found


def _distance(shape: tuple[int, int], y: int, x: int) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.hypot(rows - y, columns - x)
