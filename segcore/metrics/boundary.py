"""The boundary F-score: how well predicted borders match the true borders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX

TOLERANCE = 3
"""Tolerance in pixels."""

_UNIT = 2.0**40


class BoundaryScore:
    """The F-score of Csurka, Larlus and Perronnin (2013, section 3), summed over any number of images.

    In each image, for each class that has a border in truth or prediction: precision is the share of the predicted
    border within ``tolerance`` pixels (Euclidean) of the true border, recall the share of the true border within as
    many pixels of the predicted one. F is their harmonic mean, and 0 if only one of them has a border. The score of a
    class is the mean over its images. (DAVIS uses the same measure.)

    The border of a class consists of its pixels with a pixel of another class among their four neighbours. Pixels of
    unknown class, and what lies outside the image, count neither as border nor as neighbours.

    Attributes
    ----------
    sums : int64 [C]
        Sums of F in units of 2^-40: integers, so that the order of images and processes does not matter.
    images : int64 [C]
        Number of images in which the class has a border.
    """

    def __init__(self, channels: int, tolerance: float = TOLERANCE) -> None:
        self.sums: NDArray[np.int64] = np.zeros(channels, np.int64)
        self.images: NDArray[np.int64] = np.zeros(channels, np.int64)
        self._reach = disk(tolerance)

    def update(self, truth: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]]) -> None:
        """Add one image: integer arrays of channels, of equal shape; pixels whose ``truth`` is 255 are ignored.

        Raises LabelError on unequal shapes.
        """
        import cv2  # only now: the window must be seen soon

        if truth.shape != predicted.shape:
            raise LabelError(f"The truth has shape {truth.shape}, the prediction {predicted.shape}.")
        known = truth != IGNORE_INDEX
        true_border, predicted_border = borders(truth, known), borders(predicted, known)
        for channel in range(len(self.sums)):
            true = (true_border & (truth == channel)).view(np.uint8)
            found = (predicted_border & (predicted == channel)).view(np.uint8)
            n_true, n_found = cv2.countNonZero(true), cv2.countNonZero(found)
            if not n_true and not n_found:
                continue
            self.images[channel] += 1
            if n_true and n_found:
                precision = cv2.countNonZero(found & self._near(true)) / n_found
                recall = cv2.countNonZero(true & self._near(found)) / n_true
                if precision + recall > 0:
                    self.sums[channel] += round(_UNIT * 2 * precision * recall / (precision + recall))

    def of_each(self) -> list[float | None]:
        """Mean F of each class, 0.0-1.0; None for a class without borders."""
        return [float(total / _UNIT / n) if n else None for total, n in zip(self.sums, self.images, strict=True)]

    def mean(self) -> float | None:
        """Mean over the classes, 0.0-1.0; None without borders."""
        found = [score for score in self.of_each() if score is not None]
        return float(np.mean(found)) if found else None

    def by_name(self, names: Sequence[str]) -> dict[str, float | None]:
        """`of_each` by class name."""
        return dict(zip(names, self.of_each(), strict=True))

    def _near(self, border: NDArray[np.uint8]) -> NDArray[np.uint8]:
        import cv2  # only now: the window must be seen soon

        return np.asarray(cv2.dilate(border, self._reach, borderType=cv2.BORDER_CONSTANT, borderValue=0), np.uint8)


def disk(radius: float) -> NDArray[np.uint8]:
    """Uint8 [2 r + 1, 2 r + 1], 1 where the Euclidean distance to the middle is at most ``radius`` pixels."""
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(y * y + x * x <= radius * radius, np.uint8)


def borders(labels: NDArray[np.integer[Any]], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Bool [H, W]: known pixels with a known pixel of another class among their four neighbours."""
    found = np.zeros(labels.shape, np.bool_)
    for one, other in ((np.s_[1:, :], np.s_[:-1, :]), (np.s_[:, 1:], np.s_[:, :-1])):
        differs = (labels[one] != labels[other]) & known[one] & known[other]
        found[one] |= differs
        found[other] |= differs
    return found
