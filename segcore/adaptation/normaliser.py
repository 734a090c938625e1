"""Normaliser: features on one scale, as the first image has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import FeaturePyramid, Floats
from segcore.adaptation.ridge import check_array

CLIP = 5.0
"""Standard deviations."""
NORM = 3.0
"""Length of a typical vector of features."""
MOST_CELLS = 100_000
"""Of a level, that the mean and the deviation are taken from."""
LEAST_DEVIATION = 1e-3
"""A channel that is constant in the first image must not blow up in the second."""


@dataclass(frozen=True)
class Normaliser:
    """Takes the mean away and divides by the deviation, both of one image.

    Attributes
    ----------
    means, deviations : tuple[NDArray[np.float32], ...]
        [D] of each level.
    """

    means: tuple[NDArray[np.float32], ...]
    deviations: tuple[NDArray[np.float32], ...]

    @classmethod
    def of(cls, pyramid: FeaturePyramid) -> Normaliser:
        """Return the normaliser that an image's own features ask for."""
        flat = [_some(level) for level in pyramid.levels]
        return cls(
            tuple(level.mean(0) for level in flat),
            tuple(np.maximum(level.std(0), LEAST_DEVIATION) for level in flat),
        )

    def __call__(self, pyramid: FeaturePyramid) -> tuple[NDArray[np.float16], ...]:
        """Return the levels, float16 [h, w, D], clipped to `CLIP`, then scaled to vectors of about `NORM`."""
        scale = np.float32(NORM / np.sqrt(pyramid.channels))
        found = tuple(np.empty_like(level) for level in pyramid.levels)
        for level, mean, deviation, out in zip(pyramid.levels, self.means, self.deviations, found, strict=True):
            for row, values in enumerate(level):
                scaled = np.nan_to_num((values.astype(np.float32) - mean) / deviation)
                out[row] = np.clip(scaled, -CLIP, CLIP) * scale
        return found

    def fits(self, pyramid: FeaturePyramid) -> bool:
        """Whether these are features of the same kind: as many channels on each level."""
        return [mean.size for mean in self.means] == [level.shape[2] for level in pyramid.levels]

    @property
    def channels(self) -> int:
        """Of all levels together."""
        return sum(mean.size for mean in self.means)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restored` needs."""
        return {
            "normaliser.channels": np.array([mean.size for mean in self.means], np.int64),
            "normaliser.means": np.concatenate(self.means),
            "normaliser.deviations": np.concatenate(self.deviations),
        }

    @classmethod
    def restored(cls, state: Mapping[str, NDArray[Any]]) -> Normaliser:
        """Return the inverse of `state`. Raises KeyError and ValueError."""
        channels, means, deviations = (state[f"normaliser.{part}"] for part in ("channels", "means", "deviations"))
        check_array(means, (int(channels.sum()),))
        check_array(deviations, means.shape)
        if not (channels >= 0).all() or not (deviations >= np.float32(LEAST_DEVIATION)).all():
            raise ValueError("a deviation is too small")
        ends = np.cumsum(channels)[:-1]
        first, second = (tuple(np.split(each.astype(np.float32), ends)) for each in (means, deviations))
        return cls(first, second)


def _some(level: NDArray[np.float16]) -> Floats:
    """Return evenly spread cells, float32 [n, D], that are numbers."""
    flat = level.reshape(-1, level.shape[2])
    some = flat[:: -(-len(flat) // MOST_CELLS)].astype(np.float32)
    return np.nan_to_num(some, posinf=0.0, neginf=0.0)
