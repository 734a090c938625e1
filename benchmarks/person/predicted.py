"""Prediction and brush: a network is fine-tuned on the done images now and then, and predicts each next image."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.person.assistance import Assistance
from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model
from segcore.prediction import Predictor
from segcore.prediction.labels_to_correct import labels_to_correct, reliable
from segcore.progress import drive
from segcore.training.dataset import Pair
from segcore.training.holdout import split
from segcore.training.training_loop import TrainRequest, train

AFTER = (5, 10, 20, 40)
"""Done images after which the person presses the button."""
START = "starter"
"""The network starts from its ImageNet weights and knows no class."""


class Predicted(Assistance):
    """See the module.

    Parameters
    ----------
    classes : ClassSet
        Of the data.
    seconds : float
        Each fine-tuning takes so long; the person waits.
    """

    def __init__(self, classes: ClassSet, seconds: float) -> None:
        self._classes, self._seconds = classes, seconds
        self._work = tempfile.TemporaryDirectory(prefix="labour")
        self._folder = Path(self._work.name)
        self._pairs: list[Pair] = []
        self._open: Sample | None = None
        self._predictor: Predictor | None = None
        self._model = START

    def opened(self, desk: Desk, sample: Sample) -> None:
        """Accept the prediction: of reliable classes only, without specks."""
        self._open = sample
        if self._predictor is not None:
            accept_prediction(desk, sample, self._predictor)

    def accepted(self, desk: Desk) -> float:
        """Keep the labels as they were left; fine-tune when it is time."""
        assert self._open is not None
        self._keep(self._open, desk.label_map.labels)
        if len(self._pairs) not in AFTER:
            return 0.0
        started = time.monotonic()
        self._fine_tune()
        return time.monotonic() - started

    def close(self) -> None:
        """Remove the versions."""
        self._work.cleanup()

    def _keep(self, sample: Sample, labels: np.ndarray) -> None:
        image, target = self._folder / f"{sample.name}.png", self._folder / f"{sample.name}.labels.png"
        Image.fromarray(sample.image).save(image)
        write_indexed_png(target, labels, self._classes.palette())
        self._pairs.append(Pair(sample.name, image, target))

    def _fine_tune(self) -> None:
        learned, held_out = split(self._pairs)
        out = self._folder / f"after {len(self._pairs)}.safetensors"
        request = TrainRequest(learned, held_out, self._classes, self._model, out, minutes=self._seconds / 60)
        self._model = str(drive(train(request)).checkpoint)
        self._predictor = Predictor(drive(load_model(self._model)), "cpu")


def accept_prediction(desk: Desk, sample: Sample, predictor: Predictor) -> None:
    """Predict the open image and accept the labels of the classes that were reliable on the held-out images."""
    model, classes = predictor.model, desk.document.classes
    mapping = ClassMapping.by_name(model.classes, classes)
    found = mapping.apply(drive(predictor.probabilities(sample.image)), model.classes, classes, model.name)
    says = reliable(model, mapping, classes)
    desk.document.replace(desk.label_map.accept(labels_to_correct(found, says).labels), "Accept prediction")
