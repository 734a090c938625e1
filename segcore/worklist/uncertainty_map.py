"""UncertaintyMap: where in an image a correction is likely to be needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap
from segcore.metrics.boundary import disk

BORDER = 2
"""Pixels on each side of a border between predicted classes that count as uncertain when no probabilities are kept."""
BORDER_UNCERTAINTY = 128
"""Their uncertainty, 0-255: one of the two classes is right."""
LEAST_UNCERTAINTY = 38
"""Of 255: below it a pixel counts as certain; a little uncertainty everywhere would outweigh what can be mended."""
EMPTY_UNCERTAINTY = 255
"""Uncertainty of a pixel that has no label, 0-255."""


class Source(Enum):
    """What the uncertainty of an image is taken from."""

    PREDICTION = "prediction"
    """The kept prediction: normalised entropy (Settles 2009, entropy sampling)."""
    LABELS = "labels"
    """The label map alone, as after live adaptation: borders between predicted classes, and pixels without a label."""
    NOTHING = "nothing"
    """Neither a prediction nor a label."""


@dataclass(frozen=True)
class UncertaintyMap:
    """Uncertainty of the pixels that no person has painted or confirmed.

    Attributes
    ----------
    uncertainty : NDArray[np.uint8]
        [H, W], 0-255 meaning 0.0-1.0; 0 below `LEAST_UNCERTAINTY` and where a person painted or confirmed.
    values : NDArray[np.uint8]
        [H, W], class value that each pixel has, or is predicted to have; 255 for none.
    source : Source
        What it is taken from.
    """

    uncertainty: NDArray[np.uint8]
    values: NDArray[np.uint8]
    source: Source


def uncertainty_map(
    label_map: LabelMap,
    predicted: NDArray[np.uint8] | None = None,
    uncertainty: NDArray[np.uint8] | None = None,
) -> UncertaintyMap:
    """Return where a correction is likely to be needed.

    Parameters
    ----------
    label_map : LabelMap
        [H, W], what is labelled now.
    predicted, uncertainty : NDArray[np.uint8] or None
        [H, W], labels and normalised entropy of the kept prediction; None without one, or when of another size.
    """
    labels, free = label_map.labels, label_map.open()
    if predicted is not None and uncertainty is not None and predicted.shape == uncertainty.shape == labels.shape:
        values = np.where(labels == IGNORE_INDEX, predicted, labels)
        counts = free & (uncertainty >= LEAST_UNCERTAINTY)
        return UncertaintyMap(np.where(counts, uncertainty, np.uint8(0)), values, Source.PREDICTION)
    if not (labels != IGNORE_INDEX).any() and free.all():
        return UncertaintyMap(np.full(labels.shape, EMPTY_UNCERTAINTY, np.uint8), labels, Source.NOTHING)
    found = np.where(labels == IGNORE_INDEX, np.uint8(EMPTY_UNCERTAINTY), _borders(labels))
    return UncertaintyMap(np.where(free, found, np.uint8(0)), labels, Source.LABELS)


def _borders(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 [H, W]: `BORDER_UNCERTAINTY` within `BORDER` pixels of another class, 0 elsewhere."""
    kernel = disk(BORDER)
    differ = cv2.dilate(labels, kernel) != cv2.erode(labels, kernel)
    return np.where(differ, np.uint8(BORDER_UNCERTAINTY), np.uint8(0))
