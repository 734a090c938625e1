"""The prediction of a large image, joined to a project's classes piece by piece: a byte for each class and pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.crf import Crf
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap
from segcore.prediction import Predictor
from segcore.prediction.large_image import pieces
from segcore.progress import Progress, Task


def predict_in_pieces(
    predictor: Predictor,
    image: NDArray[np.uint8],
    mapping: ClassMapping,
    classes: ClassSet,
    crf: Crf | None = None,
) -> Task[ProbabilityMap]:
    """Do what `Predictor.probabilities`, `Crf.refine` and `ClassMapping.apply` do, with little in memory.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    mapping : ClassMapping
        From the model's classes to ``classes``.
    classes : ClassSet
        The project's.
    crf : Crf or None
        Refine the probabilities first, tile by tile.

    Returns
    -------
    Task[ProbabilityMap]
        One step a tile, with an estimate of the time left. Raises DeviceError, CrfError.
    """
    height, width = image.shape[:2]
    model = predictor.model
    probabilities = np.zeros((len(classes), height, width), np.uint8)
    labels, uncertainty = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for step in pieces(predictor, image, crf=crf):
        if isinstance(step, Progress):
            yield step
            continue
        found = mapping.apply(step.probabilities, model.classes, classes, model.name)
        probabilities[:, step.rows, step.columns] = found.probabilities
        labels[step.rows, step.columns] = found.labels
        uncertainty[step.rows, step.columns] = found.uncertainty
    return ProbabilityMap(probabilities, labels, uncertainty, classes.indices, model.name)
