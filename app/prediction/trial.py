"""A trial: what a model says about a picture while a person describes it. Runs on the device lane."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from segcore.models.description import Description
from segcore.progress import Progress, Task

SIDE = 512
"""The picture's longest side in pixels."""
OPACITY = 0.55


@dataclass(frozen=True)
class Trial:
    """The answer.

    Attributes
    ----------
    picture : NDArray[np.uint8]
        RGB [h, w, 3]: the image under the colours of its labels.
    shares : list[tuple[str, float]]
        Class names with their share of the pixels, 0-1, the largest first.
    """

    picture: NDArray[np.uint8]
    shares: list[tuple[str, float]]


def trial(path: Path, description: Description, image: NDArray[np.uint8]) -> Task[Trial]:
    """Predict a small copy of an image, uint8 [H, W, 3], with a model that is described so.

    Raises what `load_outside` and `Predictor.probabilities` raise.
    """
    import cv2

    from segcore.models.outside_files import load_outside
    from segcore.prediction import Predictor, to_labels

    yield Progress(0, 0, QCoreApplication.translate("DescriptionDialog", "Loading the model"))
    scale = min(1.0, SIDE / max(image.shape[:2]))
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    model = load_outside(path, description)
    labels = to_labels((yield from Predictor(model, "cpu").probabilities(small)), model.classes)
    colours = model.classes.palette()[labels]
    picture = np.rint((1 - OPACITY) * small + OPACITY * colours).astype(np.uint8)
    values, counts = np.unique(labels, return_counts=True)
    names = {each.index: each.name for each in model.classes}
    shares = [(names[int(value)], float(count) / labels.size) for value, count in zip(values, counts, strict=True)]
    return Trial(picture, sorted(shares, key=lambda share: -share[1]))
