"""Pixel facts: where a label comes from, and what the prediction says there."""

from __future__ import annotations

import numpy as np

from app.document.document import Document
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance


def provenance_at(document: Document, x: int, y: int) -> Provenance | None:
    """How this pixel came to its label, or None outside the image."""
    if document.label_map is None or document.label_at(x, y) is None:
        return None
    return Provenance(int(document.label_map.provenance[y, x]))


def ignored_at(document: Document, x: int, y: int) -> bool:
    """Whether a person said that no class is wanted there; False outside the image."""
    provenance = provenance_at(document, x, y)
    return provenance is not None and provenance >= Provenance.PAINTED and document.label_at(x, y) == IGNORE_INDEX


def color_at(document: Document, x: int, y: int) -> tuple[int, int, int] | None:
    """Red, green and blue (0-255) of this pixel of the image, as models see it; None outside."""
    if document.image is None or document.label_at(x, y) is None:
        return None
    red, green, blue = (int(value) for value in document.image[y, x])
    return red, green, blue


def predicted_at(document: Document, x: int, y: int) -> tuple[int, float | None] | None:
    """Class value that the prediction gives to this pixel (255 = none), and its probability (0.0-1.0).

    The probability is None where the prediction has none for that value; all is None without a prediction of this
    image, and outside it.
    """
    prediction, label_map = document.prediction, document.label_map
    if prediction is None or label_map is None or prediction.shape != label_map.shape:
        return None
    if document.label_at(x, y) is None:
        return None
    value = int(prediction.labels[y, x])
    channel = np.flatnonzero(prediction.indices == value)
    return value, float(prediction.probabilities[channel[0], y, x]) / 255.0 if channel.size else None
