"""Normaliser: features on one scale, as the first image has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import FeaturePyramid, Floats

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
        flat = [level.reshape(-1, level.shape[2]).astype(np.float32) for level in pyramid.levels]
        return cls(
            tuple(level.mean(0) for level in flat),
            tuple(np.maximum(level.std(0), LEAST_DEVIATION) for level in flat),
        )

    def __call__(self, pyramid: FeaturePyramid) -> tuple[Floats, ...]:
        """Return the levels as float32 [h, w, D], clipped to `CLIP`, then scaled to vectors of about `NORM`."""
        scale = np.float32(NORM / np.sqrt(pyramid.channels))
        return tuple(
            np.clip((level.astype(np.float32) - mean) / deviation, -CLIP, CLIP) * scale
            for level, mean, deviation in zip(pyramid.levels, self.means, self.deviations, strict=True)
        )
