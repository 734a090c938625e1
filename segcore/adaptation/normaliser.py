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
        flat = [np.nan_to_num(level.reshape(-1, level.shape[2]).astype(np.float32)) for level in pyramid.levels]
        return cls(
            tuple(level.mean(0) for level in flat),
            tuple(np.maximum(level.std(0), LEAST_DEVIATION) for level in flat),
        )

    def __call__(self, pyramid: FeaturePyramid) -> tuple[Floats, ...]:
        """Return the levels as float32 [h, w, D], clipped to `CLIP`, then scaled to vectors of about `NORM`."""
        scale = np.float32(NORM / np.sqrt(pyramid.channels))
        return tuple(
            np.clip(np.nan_to_num((level.astype(np.float32) - mean) / deviation), -CLIP, CLIP) * scale
            for level, mean, deviation in zip(pyramid.levels, self.means, self.deviations, strict=True)
        )

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
