"""When an image is accepted: enough pixels right, and each class that matters nearly where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.labels.classes import IGNORE_INDEX
from segcore.metrics.boundary import disk

RIGHT = 0.95
"""Share of the valid pixels."""
LEAST_PIXELS = 200
"""A class with fewer true pixels is not judged on its own."""
LEAST_F = 0.85
TOLERANCE = 2
"""Pixels."""


@dataclass(frozen=True)
class Judgement:
    """How good labels are: the share of right pixels, 0-1, and the F of each class that matters, 0-1."""

    right: float
    f: dict[int, float]

    @property
    def mostly_right(self) -> bool:
        """Whether enough pixels are right."""
        return self.right >= RIGHT

    @property
    def below(self) -> list[int]:
        """The classes that are not good enough."""
        return [value for value, score in self.f.items() if score < LEAST_F]

    @property
    def accepted(self) -> bool:
        """Whether a person would leave it at that."""
        return self.mostly_right and not self.below


class Bar:
    """What is true of one image, uint8 [H, W] (255 = not valid), ready to judge labels by."""

    def __init__(self, truth: np.ndarray) -> None:
        self.truth = truth
        self.valid = truth != IGNORE_INDEX
        self._reach = disk(TOLERANCE)
        self._true: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for value in np.unique(truth[self.valid]).tolist():
            mask = (truth == value).view(np.uint8)
            if cv2.countNonZero(mask) >= LEAST_PIXELS:
                self._true[value] = mask, self._near(mask)

    def judge(self, labels: np.ndarray) -> Judgement:
        """Judge labels, uint8 [H, W]; 255 is wrong wherever the truth is known."""
        count = max(1, int(self.valid.sum()))
        right = float(((labels == self.truth) & self.valid).sum()) / count
        return Judgement(right, {value: self._f(labels, value) for value in self._true})

    def _f(self, labels: np.ndarray, value: int) -> float:
        true, near_true = self._true[value]
        found = ((labels == value) & self.valid).view(np.uint8)
        n_found = cv2.countNonZero(found)
        if not n_found:
            return 0.0
        precision = cv2.countNonZero(found & near_true) / n_found
        recall = cv2.countNonZero(true & self._near(found)) / cv2.countNonZero(true)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def _near(self, mask: np.ndarray) -> np.ndarray:
        return cv2.dilate(mask, self._reach, borderType=cv2.BORDER_CONSTANT, borderValue=0)
