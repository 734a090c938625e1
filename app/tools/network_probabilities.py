"""Evidence: what the network says of the open image, for a decision in a part of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document
from segcore.editing import Box

if TYPE_CHECKING:
    from segcore.interactive.gesture import Probabilities
    from segcore.labels.probability_map import ProbabilityMap


def evidence(document: Document) -> tuple[Probabilities | None, NDArray[np.uint8]]:
    """Return the network's probabilities of a box (None without a prediction), and the class value of each channel."""
    prediction, classes = document.prediction, document.classes
    assert classes is not None
    assert document.label_map is not None
    if prediction is None or prediction.shape != document.label_map.shape:
        return None, np.asarray(classes.indices, np.uint8)
    return partial(_probabilities, prediction), prediction.indices


def _probabilities(prediction: ProbabilityMap, box: Box) -> NDArray[np.float32]:
    rows, columns = box.slices
    part = replace(
        prediction,
        probabilities=prediction.probabilities[:, rows, columns],
        labels=prediction.labels[rows, columns],
        uncertainty=prediction.uncertainty[rows, columns],
    )
    return part.as_float()
