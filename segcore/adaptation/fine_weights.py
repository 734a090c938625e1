"""FineWeights: the weights of the fine head at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats

PIECE = 2048
"""Pixels that are scored at once: their features fit into the cache of a core."""


@dataclass(frozen=True)
class FineWeights:
    """What turns the features of pixels into corrections of the scores.

    Attributes
    ----------
    values : tuple[int, ...]
        The C classes.
    inward : NDArray[np.float32]
        [hidden, D + 1]: of the rectified combinations of the D features and of the constant 1.
    outward : NDArray[np.float32]
        [C, hidden]: of these.
    direct : NDArray[np.float32]
        [C, D + 1]: of the features themselves, and of the constant 1.
    mixing : Mapping[int, NDArray[np.float32]]
        Of each class that the head has met, [C]: what the scores take from its coarse score.
    """

    values: tuple[int, ...]
    inward: NDArray[np.float32]
    outward: NDArray[np.float32]
    direct: NDArray[np.float32]
    mixing: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)

    def spread(self, values: tuple[int, ...]) -> FineWeights:
        """Return the weights for these classes, 0 for those that are not among `values`."""
        matrix = np.array([[value == each for each in values] for value in self.values], np.float32)
        return self.combined(values, matrix.reshape(len(self.values), len(values)))

    def combined(self, values: tuple[int, ...], matrix: NDArray[np.float32]) -> FineWeights:
        """Return the weights for classes that are sums of these; ``matrix``, [C, new C], says of which. No mixing."""
        return replace(self, values=values, outward=matrix.T @ self.outward, direct=matrix.T @ self.direct, mixing={})

    def scores(self, pixels: NDArray[np.float16]) -> Floats:
        """Return the corrections, float32 [C, h, w], of features [D, h, w]."""
        channels, height, width = pixels.shape
        found = np.empty((len(self.values), height * width), np.float32)
        x = np.ones((channels + 1, PIECE), np.float32)
        hidden = np.empty((len(self.inward), PIECE), np.float32)
        flat = pixels.reshape(channels, -1)
        for first in range(0, height * width, PIECE):
            part = flat[:, first : first + PIECE]
            size = part.shape[1]
            x[:channels, :size] = part
            np.matmul(self.inward, x, out=hidden)
            np.maximum(hidden, 0, out=hidden)
            found[:, first : first + size] = (self.outward @ hidden + self.direct @ x)[:, :size]
        return found.reshape(len(self.values), height, width)
