"""The labels of a prediction that a person gets to correct: without specks and, if wanted, of reliable classes only.

A missing thing costs a person one stroke, a false one many: its pixels lie in crumbs inside other classes. So a class
can be left out unless it was mostly right on the held-out images, as `segcore.adaptation.trust` does for the live head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap

if TYPE_CHECKING:
    from segcore.models.model import Model

PRECISION = 0.85
"""Share of the held-out pixels predicted as a class that must be right."""


def labels_to_correct(prediction: ProbabilityMap, says: NDArray[np.bool_] | None = None) -> ProbabilityMap:
    """Return a copy with other labels: no specks, and only classes of ``says``, bool [C]; None: all classes."""
    return (prediction if says is None else prediction.of_classes(says)).without_specks()


def reliable(model: Model, mapping: ClassMapping, classes: ClassSet) -> NDArray[np.bool_] | None:
    """Bool [C]: which classes were right in at least `PRECISION` of the pixels that were predicted as them.

    Parameters
    ----------
    model : Model
        Its metrics have the confusion matrix on the held-out images: rows are true classes, columns predicted ones.
    mapping : ClassMapping
        From the model's classes to ``classes``.
    classes : ClassSet
        The project's C classes. One that was never predicted is not reliable: nothing is known of it.

    Returns
    -------
    NDArray[np.bool_] or None
        None when the model does not say how good it was.
    """
    count = len(model.classes)
    try:
        confusion = np.asarray(model.metrics["confusion"], np.float64)
    except (KeyError, TypeError, ValueError):
        return None
    if confusion.shape != (count, count):
        return None
    found = np.zeros(len(classes), np.bool_)
    for channel, value in enumerate(classes.indices):
        own = list(mapping.channels((int(value),), model.classes))
        predicted = confusion[:, own].sum()
        found[channel] = predicted > 0 and confusion[np.ix_(own, own)].sum() >= PRECISION * predicted
    return found
