"""HeldOutModel: ridge regression on frozen features that judges each image without having seen its labels.

The coarse part of live adaptation (`segcore.adaptation`), in K folds of images. Its sums can be added and taken away,
so all folds cost one pass over the images and K solutions of a linear system.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import STRIDE, FeaturePyramid, Floats, cell_features
from segcore.adaptation.normaliser import Normaliser
from segcore.adaptation.ridge import Linear, Sums, evenly, fit
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import values_in

RIDGE = 30.0
"""Pull of the weights towards 0, as in live adaptation."""
IMAGE_WEIGHT = 3.0
"""Of all cells of a class in an image together: this times the square root of their number."""
MOST_CELLS = 4000
"""Cells of a class that an image adds, evenly spread."""


class HeldOutModel:
    """Learns from all images, fold by fold; scores an image with what the other folds know.

    Parameters
    ----------
    folds : int
        K, 2 or more.
    """

    def __init__(self, folds: int) -> None:
        self._folds = folds
        self._normaliser: Normaliser | None = None
        self._sums: list[Sums] = []
        self._linear: list[Linear | None] = []

    def learn(self, fold: int, pyramid: FeaturePyramid, labels: NDArray[np.uint8]) -> None:
        """Add an image to a fold; ``labels`` are those of `cell_labels`."""
        if self._normaliser is None:
            self._normaliser = Normaliser.of(pyramid)
            self._sums = [Sums.none(pyramid.channels + 1) for _ in range(self._folds)]
        levels = self._normaliser(pyramid)
        for value in values_in(labels):
            if value == IGNORE_INDEX:
                continue
            rows, columns = np.nonzero(labels == value)
            some = evenly(rows.size, MOST_CELLS)
            weights = np.full(some.size, IMAGE_WEIGHT * np.sqrt(rows.size) / some.size)
            features = cell_features(levels, pyramid.strides, rows[some], columns[some])
            self._sums[fold].add(features, weights.astype(np.float32), value)

    def finish(self) -> None:
        """Fit the model of each fold; to be called once all images are learned."""
        self._linear = []
        for fold in range(self._folds):
            others = _total(each for number, each in enumerate(self._sums) if number != fold)
            self._linear.append(fit(others, RIDGE) if others is not None and len(others.xy) > 1 else None)

    def probabilities(self, fold: int, pyramid: FeaturePyramid) -> tuple[tuple[int, ...], Floats] | None:
        """Return class values and float32 [h, w, C] at `STRIDE`, 0-1 with a sum of 1; None where nothing is known."""
        linear = self._linear[fold]
        if linear is None or self._normaliser is None:
            return None
        total = np.full((*pyramid.shape, len(linear.values)), 1 / len(linear.values), np.float32) + linear.weights[-1]
        first = 0
        for level, stride in zip(self._normaliser(pyramid), pyramid.strides, strict=True):
            part = level.astype(np.float32) @ linear.weights[first : first + level.shape[2]]
            size = part.shape[1] * (stride // STRIDE), part.shape[0] * (stride // STRIDE)
            fine = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR).reshape(size[1], size[0], -1)
            total += fine[: pyramid.shape[0], : pyramid.shape[1]]
            first += level.shape[2]
        positive = np.maximum(total, 1e-6)
        return linear.values, np.asarray(positive / positive.sum(2, keepdims=True), np.float32)


def _total(sums: Iterable[Sums]) -> Sums | None:
    total: Sums | None = None
    for each in sums:
        total = each if total is None else total.plus(each)
    return total
