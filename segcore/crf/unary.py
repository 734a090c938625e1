"""The unary term, -log p, and checks of the engines' inputs."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segcore.errors import CrfError

SMALLEST = 1e-5
"""Smaller probabilities count as this, so that every class stays possible."""


def check_sizes(image: NDArray[np.uint8], probabilities: NDArray[np.floating]) -> None:
    """Raise CrfError unless ``image`` is uint8 [H, W, 3] and ``probabilities`` floating [C, H, W] of its size."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise CrfError(f"The CRF got an image of shape {image.shape}, {image.dtype}.", "It needs an 8-bit RGB image.")
    if probabilities.ndim != 3 or probabilities.shape[1:] != image.shape[:2] or probabilities.size == 0:
        raise CrfError(
            f"The CRF got probabilities of shape {probabilities.shape} for an image of shape {image.shape[:2]}.",
            "Predict this image again.",
        )
    if probabilities.dtype.kind != "f":
        raise CrfError(f"The CRF got probabilities of type {probabilities.dtype}.", "Predict this image again.")


def check_values(probabilities: NDArray[np.float32]) -> Iterator[int]:
    """Raise CrfError for values that are negative or not finite; yields after each channel, for cancelling."""
    for channel, shares in enumerate(probabilities):
        low, high = float(shares.min()), float(shares.max())  # both are NaN where one value is
        if not (low >= 0 and high < math.inf):
            raise CrfError("The CRF got probabilities that are negative or not finite.", "Predict this image again.")
        yield channel


def unary(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cost of each class at each pixel, -log p.

    Parameters
    ----------
    probabilities : NDArray[np.float32]
        [C, H, W], finite, not negative. They are normalised to sum to 1 at a pixel; a pixel whose values are all 0
        is undecided.

    Returns
    -------
    NDArray[np.float32]
        [C, H, W], 0 to -log `SMALLEST`, contiguous.
    """
    costs = np.array(probabilities, np.float32, order="C")
    total = costs.sum(axis=0)
    nothing = total == 0
    total[nothing] = 1.0
    costs /= total
    costs[:, nothing] = 1.0 / len(costs)
    np.maximum(costs, SMALLEST, out=costs)
    np.log(costs, out=costs)
    return np.negative(costs, out=costs)
