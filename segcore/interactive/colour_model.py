"""ColourModel: which colours some pixels of a window have."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.interactive.window import BINS, Window

UNSEEN = 1e-4
"""Share that a colour has that was never seen: what is rare in both of two models tells nothing."""
_WEIGHTS = cv2.getGaussianKernel(5, 1.0)[:, 0].astype(np.float32)


def likelihood(window: Window, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how often each pixel's colour occurs among some pixels.

    A histogram of BINS³ colours, smoothed by a Gaussian of one cell.

    Parameters
    ----------
    window : Window
        Gives the colours.
    weights : NDArray[np.float32]
        [h, w], how much each pixel counts, not negative. Where all are 0, every colour is as likely.

    Returns
    -------
    NDArray[np.float32]
        [h, w], UNSEEN to 1 + UNSEEN.
    """
    total = float(weights.sum())
    if total <= 0:
        return np.full(weights.shape, UNSEEN, np.float32)
    counts = np.bincount(window.colours.ravel(), weights.ravel(), BINS**3).astype(np.float32) / total
    cube = counts.reshape(BINS, BINS, BINS)
    for _ in range(3):
        # smooth along the first axis and bring the next one to the front
        padded = np.pad(cube, ((2, 2), (0, 0), (0, 0)), mode="edge")
        smooth = sum(weight * padded[start : start + BINS] for start, weight in enumerate(_WEIGHTS))
        cube = np.ascontiguousarray(np.moveaxis(np.asarray(smooth, np.float32), 0, 2))
    return (cube.ravel() + np.float32(UNSEEN))[window.colours]
