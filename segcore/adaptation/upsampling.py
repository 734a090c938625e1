"""Bringing scores to full size along the edges of the image."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import STRIDE, Floats, expand

RADIUS = 2
"""Cells: half the side of the windows in which scores are explained by colours."""
SMOOTHNESS = 1e-3
"""Variance of colours (0-1) below which they explain nothing."""


def bilinear(scores: Floats, image: NDArray[np.uint8]) -> Floats:
    """Float32 [h, w] at `STRIDE` -> float32 [H, W], without a look at the image."""
    height, width = scores.shape
    fine = cv2.resize(scores, (width * STRIDE, height * STRIDE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[: image.shape[0], : image.shape[1]], np.float32)


class GuidedUpsampling:
    """The fast guided filter (He and Sun 2015) with colour guidance: a window's scores are linear in its colours.

    The matrices are the image's own and are inverted once; a call costs a few box filters at `STRIDE` and one look at
    each pixel.
    """

    def __init__(self, image: NDArray[np.uint8], radius: int = RADIUS, smoothness: float = SMOOTHNESS) -> None:
        self._image = image
        self._colours = image.astype(np.float32) / 255
        height, width = (-(-side // STRIDE) for side in image.shape[:2])
        padded = np.pad(image, ((0, -image.shape[0] % STRIDE), (0, -image.shape[1] % STRIDE), (0, 0)), mode="edge")
        self._guide = cv2.resize(padded, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        self._size = 2 * radius + 1, 2 * radius + 1
        self._mean = self._box(self._guide)
        products = [self._guide[..., i] * self._guide[..., j] for i in range(3) for j in range(3)]
        means = [self._mean[..., i] * self._mean[..., j] for i in range(3) for j in range(3)]
        covariance = np.stack([self._box(p) - m for p, m in zip(products, means, strict=True)], -1)
        covariance = covariance.reshape(height, width, 3, 3) + smoothness * np.eye(3, dtype=np.float32)
        self._inverse = np.linalg.inv(covariance.astype(np.float64)).astype(np.float32)

    def __call__(self, scores: Floats) -> Floats:
        """Float32 [h, w] at `STRIDE` -> float32 [H, W]."""
        mean = self._box(scores)
        with_guide = self._box(self._guide * scores[..., None]) - self._mean * mean[..., None]
        slope = np.einsum("hwij,hwj->hwi", self._inverse, with_guide)
        offset = mean - (slope * self._mean).sum(-1)
        fine = expand(self._box(np.dstack([slope, offset])), STRIDE, self._image.shape[:2])
        return np.asarray(fine[..., 3] + (fine[..., :3] * self._colours).sum(-1), np.float32)

    def _box(self, values: Floats) -> Floats:
        return np.asarray(cv2.boxFilter(values, -1, self._size, borderType=cv2.BORDER_REFLECT), np.float32)
