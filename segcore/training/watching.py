"""Watching: predicts a few images again at each validation, so that a person sees what the network makes of them."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.images.image import read_image
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.prediction import Predictor, to_labels
from segcore.progress import Progress, Task, mapped
from segcore.training.control import Control
from segcore.training.watched_states import StateFolder, WatchedState

MOST_PIXELS = 2_000_000
"""A larger image is made smaller before it is predicted: it must not hold up the training."""

LONGEST = 480
"""Longest side of the label maps in pixels."""


def watch(model: Model, device: str, control: Control, folder: StateFolder, state: WatchedState) -> Task[None]:
    """Predict the watched images with a model and write the state; nothing happens when no image is watched.

    Parameters
    ----------
    model : Model
        Of the project's classes, with the weights of this state.
    device : str
        See `choose_device`.
    control : Control
        Names the images. One that cannot be read or predicted is left out.
    folder : StateFolder
        Where the state is written; there are never too many states in it.
    state : WatchedState
        Step and mean IoU.
    """
    labels: dict[str, NDArray[np.uint8]] = {}
    predictor = Predictor(model, device)
    for image_id, path in control.watched.items():
        with suppress(MaskwrightError):
            labels[image_id] = yield from _labels(predictor, Path(path))
    if labels:
        with suppress(MaskwrightError, OSError):  # a full disk must not end the training
            save_checkpoint(folder.weights(state.step), model, half=True)
            folder.write(replace(state, labels=labels))
            folder.thin()


def _labels(predictor: Predictor, path: Path) -> Task[NDArray[np.uint8]]:
    image = read_image(path)
    height, width = image.shape[:2]
    shrink = min(1.0, math.sqrt(MOST_PIXELS / (height * width)))
    if shrink < 1.0:
        image = np.asarray(cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    task = predictor.probabilities(image)
    probabilities = yield from mapped(task, lambda _: Progress(0, 0, "Predicting the watched images"))
    values = to_labels(probabilities, predictor.model.classes)
    scale = min(1.0, LONGEST / max(values.shape))
    size = max(1, round(values.shape[1] * scale)), max(1, round(values.shape[0] * scale))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_NEAREST), np.uint8)
