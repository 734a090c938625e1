"""Scorer: the weights of both heads at one moment, which score any part of an image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange, renamed
from segcore.adaptation.class_shares import SHARE_SCALE
from segcore.adaptation.feature_pyramid import STRIDE, Floats
from segcore.adaptation.fine_weights import FineWeights
from segcore.adaptation.grid import enlarged, needed, sampled, strips
from segcore.adaptation.live_image import LiveImage
from segcore.adaptation.ridge import Linear
from segcore.editing.box import Box
from segcore.hardware.threads import in_threads

STRIP_CELLS = 1 << 15
"""Cells that are scored at once."""


@dataclass(frozen=True)
class CoarseScores:
    """What the coarse head says of some cells at `STRIDE`: float32 [C, h, w] of the class values, about 0-1."""

    values: tuple[int, ...]
    scores: Floats
    cells: Box

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
        """Return the scores of these pixels, float32 [n, C]."""
        return sampled(self.scores, self.cells, STRIDE, rows, columns)


@dataclass(frozen=True)
class Scorer:
    """Linear scores of an image's cells, corrected by those of its pixels.

    Attributes
    ----------
    values : tuple[int, ...]
        The classes.
    weights : NDArray[np.float32]
        [D + 1, C] of the cells' features; the last are those of the constant.
    fine : FineWeights or None
        Of the same classes.
    passing : Mapping[int, NDArray[np.float32]]
        Of each class that the network in use knows, [C]: what the scores take from its probability.
    """

    values: tuple[int, ...]
    weights: NDArray[np.float32]
    fine: FineWeights | None = None
    passing: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def of(cls, linear: Linear, passed: tuple[int, ...] = ()) -> Scorer:
        """Return the scorer of the coarse head alone; its last weights are those of these classes' probabilities."""
        fixed = len(linear.weights) - len(passed)
        weights = linear.weights[:fixed].copy()
        weights[-1] += 1 / len(linear.values)
        passing = linear.weights[fixed:] * np.float32(SHARE_SCALE)
        return cls(linear.values, weights, passing=dict(zip(passed, passing, strict=True)))

    def with_fine(self, fine: FineWeights) -> Scorer:
        """Return the scorer of both heads; classes that the fine one has not met keep their coarse scores."""
        values = tuple(sorted({*self.values, *fine.values}))
        mixing = np.zeros((len(self.values), len(values)), np.float32)
        for row, value in enumerate(self.values):
            mixing[row, values.index(value)] = value not in fine.values
            if value in fine.mixing:
                mixing[row, [values.index(each) for each in fine.values]] = fine.mixing[value]
        passing = {value: weights @ mixing for value, weights in self.passing.items()}
        return Scorer(values, self.weights @ mixing, fine.spread(values), passing)

    def renamed(self, change: ClassChange) -> Scorer:
        """Return the scorer of other class values; scores of classes that become one are added."""
        news = [change.get(value, value) for value in self.values]
        values = tuple(sorted({value for value in news if value is not None}))
        matrix = np.array([[new == value for value in values] for new in news], np.float32).reshape(len(news), -1)
        fine = None if self.fine is None else self.fine.combined(values, matrix)
        rows = {value: weights @ matrix for value, weights in self.passing.items()}
        count = Counter(change.get(value, value) for value in rows)
        passing = renamed({v: w / np.float32(count[change.get(v, v)]) for v, w in rows.items()}, change)
        return Scorer(values, self.weights @ matrix, fine, passing)

    def coarse(self, now: LiveImage, region: Box | None = None) -> CoarseScores:
        """Score the cells that a region of pixels depends on; None: all."""
        rows, columns = now.cells
        cells = Box(0, 0, columns, rows) if region is None else needed(region, STRIDE, now.cells)
        total = np.empty((len(self.values), cells.height, cells.width), np.float32)

        def score(strip: Box) -> None:
            total[:, strip.top - cells.top : strip.bottom - cells.top] = self._cells(now, strip)

        in_threads(score, strips(cells, STRIP_CELLS))
        return CoarseScores(self.values, total, cells)

    def _cells(self, now: LiveImage, cells: Box) -> Floats:
        """Score cells at `STRIDE`: float32 [C, h, w]."""
        total = np.empty((len(self.values), cells.height, cells.width), np.float32)
        total[:] = self.weights[-1][:, None, None]
        first = 0
        for level, stride in zip(now.levels, now.strides, strict=True):
            times, last = stride // STRIDE, first + level.shape[2]
            part = needed(cells, times, (level.shape[0], level.shape[1]))
            features = level[part.slices].reshape(-1, level.shape[2]).astype(np.float32)
            scores = (self.weights[first:last].T @ features.T).reshape(-1, part.height, part.width)
            total += enlarged(scores, part, times, cells)
            first = last
        if now.shares is not None and self.passing:
            times = now.shares.stride // STRIDE
            weights = np.stack([self.passing[value] for value in now.shares.values], axis=1)
            part = needed(cells, times, now.shares.shares.shape[:2])
            said = now.shares.shares[part.slices].reshape(-1, len(now.shares.values)).astype(np.float32)
            total += enlarged((weights @ said.T).reshape(-1, part.height, part.width), part, times, cells)
        return total

    def planes(self, now: LiveImage, coarse: CoarseScores, region: Box) -> Floats:
        """Return the scores of a region of pixels that ``coarse`` covers: float32 [C, h, w]."""
        part = needed(region, STRIDE, now.cells)
        top, left = part.top - coarse.cells.top, part.left - coarse.cells.left
        inside = coarse.scores[:, top : top + part.height, left : left + part.width]
        found = enlarged(inside, part, STRIDE, region)
        if self.fine is not None and now.fine is not None:
            pixels = needed(region, now.fine.shrink, now.fine.shape)
            fine = self.fine.scores(now.fine.pixels[:, *pixels.slices])
            found += enlarged(fine, pixels, now.fine.shrink, region)
        return found

    def middles(self, now: LiveImage, coarse: CoarseScores, cells: Box) -> Floats:
        """Return the scores in the middle of cells that ``coarse`` has, unsharpened: float32 [C, h, w]."""
        found = coarse.scores[:, *cells.inside(coarse.cells).slices].copy()
        if self.fine is not None and now.fine is not None:
            rows, columns = (
                np.minimum((np.arange(first, last) * STRIDE + STRIDE // 2) // now.fine.shrink, size - 1)
                for first, last, size in zip(cells[1::-1], cells[:1:-1], now.fine.shape, strict=True)
            )
            found += self.fine.scores(now.fine.pixels[:, rows[:, None], columns])
        return found
