"""TrainingImage: a corrected image with its prediction, for tuning the CRF's parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.errors import CrfError
from segcore.labels.classes import IGNORE_INDEX
from segcore.metrics.boundary import borders

WINDOW = 448
"""Side of the windows cut out of larger images, pixels: several standard deviations of the bilateral kernel."""

WINDOWS_PER_IMAGE = 2
HELD_OUT_SHARE = 1 / 3


@dataclass(frozen=True)
class TrainingImage:
    """An image, or a window of one, in which the true class of some pixels is known.

    Attributes
    ----------
    key : str
        The image that it comes from; an image is either searched on or held out.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.uint8] or NDArray[np.floating]
        [C, H, W]; uint8 as in a `ProbabilityMap`, where 0-255 stand for 0.0-1.0.
    truth : NDArray[np.uint8]
        [H, W], channels 0..C-1; 255 where the class is unknown or the CRF cannot change the pixel.
    seen : bool
        Whether the network was trained on this image, so that its probabilities are better than on a new one.
    """

    key: str
    image: NDArray[np.uint8]
    probabilities: NDArray[np.uint8] | NDArray[np.floating[Any]]
    truth: NDArray[np.uint8]
    seen: bool = False

    def __post_init__(self) -> None:
        if self.image.shape[:2] != self.truth.shape or self.probabilities.shape[1:] != self.truth.shape:
            raise CrfError(
                f"{self.key}: image {self.image.shape[:2]}, probabilities {self.probabilities.shape[1:]} and labels "
                f"{self.truth.shape} differ in size.",
                "Predict this image again.",
            )

    @property
    def known(self) -> NDArray[np.bool_]:
        """Bool [H, W]: where the truth is known."""
        return np.asarray(self.truth != IGNORE_INDEX)

    def as_float(self) -> NDArray[np.float32]:
        """Float32 [C, H, W], 0.0-1.0."""
        scale = 255.0 if self.probabilities.dtype == np.uint8 else 1.0
        return np.asarray(self.probabilities, np.float32) / np.float32(scale)

    def windows(self) -> list[TrainingImage]:
        """Return the image itself, or of a large image up to `WINDOWS_PER_IMAGE` windows with the most true borders.

        The prediction has no part in the choice: windows with many wrong pixels would make any CRF look good.
        """
        if not self.known.any():
            return []
        if self.truth.size <= 1.4 * WINDOW * WINDOW:
            return [self]
        weight = borders(self.truth, self.known) + 1e-4 * self.known
        found = []
        for _ in range(WINDOWS_PER_IMAGE):
            box = _densest(weight)
            if weight[box.slices].any():
                weight[box.slices] = 0.0
                found.append(self.cut(box))
        return found

    def cut(self, box: Box) -> TrainingImage:
        """Return a copy of the part inside ``box``, which does not keep the rest in memory."""
        rows, columns = box.slices
        return replace(
            self,
            image=self.image[rows, columns].copy(),
            probabilities=self.probabilities[:, rows, columns].copy(),
            truth=self.truth[rows, columns].copy(),
        )


def hold_out(
    training_images: Sequence[TrainingImage], seed: int = 0
) -> tuple[list[TrainingImage], list[TrainingImage]]:
    """Split into (searched, held out) by image: a third of the images is held out, at least one.

    Images that the network was trained on are held out only when there are no others. A single image is split by the
    fixed tiles of `segcore.training.dataset.regions`: each pixel is known on one side only.
    """
    seen = {training_image.key: training_image.seen for training_image in training_images}
    if len(seen) == 1:
        from segcore.training.dataset import regions

        sides: tuple[list[TrainingImage], list[TrainingImage]] = ([], [])
        for training_image in training_images:
            held = regions(training_image.known)
            for side, others in zip(sides, (held, ~held), strict=True):
                part = replace(training_image, truth=np.where(others, np.uint8(IGNORE_INDEX), training_image.truth))
                side.extend([part] if part.known.any() else [])
        return sides
    order = sorted(seen, key=lambda key: (seen[key], hashlib.sha256(f"{seed}:{key}".encode()).digest()))
    kept_back = set(order[: max(1, round(len(order) * HELD_OUT_SHARE))])
    return (
        [training_image for training_image in training_images if training_image.key not in kept_back],
        [training_image for training_image in training_images if training_image.key in kept_back],
    )


def _densest(weight: NDArray[np.float64]) -> Box:
    """Return the window, on a grid of half its side, with the largest sum."""
    height, width = weight.shape
    sums = cv2.integral(weight)

    def total(box: Box) -> float:
        corners = sums[[box.top, box.top, box.bottom, box.bottom], [box.left, box.right, box.left, box.right]]
        return float(corners @ (1.0, -1.0, -1.0, 1.0))

    boxes = [
        Box(left, top, min(left + WINDOW, width), min(top + WINDOW, height))
        for top in _starts(height)
        for left in _starts(width)
    ]
    return max(boxes, key=total)


def _starts(length: int) -> list[int]:
    last = max(0, length - WINDOW)
    return [*range(0, last, WINDOW // 2), last]
