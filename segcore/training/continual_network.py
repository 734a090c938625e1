"""ContinualNetwork: the network of a continual training, its state on the disk, and one step after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from segcore.errors import MaskwrightError, TrainingError
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import save_checkpoint
from segcore.models.lineage import fingerprint, seen_by
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import is_out_of_memory
from segcore.progress import Task
from segcore.training.batches import Batches, stacked
from segcore.training.dataset import Pair
from segcore.training.known_classes import known_classes
from segcore.training.learner import Learner
from segcore.training.losses import SegmentationLoss
from segcore.training.optimizers import share_of_rates
from segcore.training.recipe import QUICK

RECIPE = replace(QUICK, schedule="fixed", head_rate=2e-3, backbone_rate=2e-4, memory=0.999, horizon=100.0)
"""A third of the highest rates of a short training, which may stay for hours. Validated, saved and offered is the
average of the weights: it does what a falling rate does in a training with an end."""

RAMP_STEPS = 500
"""The recipe's shares (warm-up, head first) are those of a training of so many steps."""

MARK = "continual"
"""Of the step in the lineage that all of a network's continual trainings share."""


class ContinualNetwork:
    """A network that learns without an end.

    Parameters
    ----------
    model : Model
        Of the project's classes.
    device : torch.device
        Where it learns.

    Attributes
    ----------
    step : int
        How many steps were taken since it was loaded.
    seen : frozenset[str]
        Fingerprints of the images that it was trained on, here or earlier.
    """

    def __init__(self, model: Model, device: torch.device) -> None:
        self.step = 0
        self.seen = seen_by(model.lineage)
        self._model, self._device = model, device
        self._learner: Learner | None = None
        self._crop, self._batch = 0, RECIPE.batch
        model.segmenter.to(device).to(memory_format=torch.channels_last)

    @classmethod
    def load(cls, name: str, classes: ClassSet, device: torch.device) -> Task[ContinualNetwork]:
        """Load a checkpoint or a model of the catalogue. Raises what `model_for_training` raises."""
        return cls((yield from model_for_training(name, classes)), device)

    @property
    def classes(self) -> ClassSet:
        """One a channel."""
        return self._model.classes

    def learn_from(self, pairs: Sequence[Pair], batches: Batches, classes: ClassSet) -> None:
        """Take these images from now on; the optimiser goes on as it was."""
        segmenter = self._model.segmenter
        weights = torch.from_numpy(batches.weights).to(self._device)
        if self._learner is None:
            self._learner = Learner(
                segmenter,
                self._model.preprocess,
                RECIPE,
                weights,
                knows_all=all(known_classes(self._model)),
                gentle=share_of_rates(segmenter, RECIPE),
                short=False,
                precision="auto",
                compiled=False,
            )
        self._learner.loss = SegmentationLoss(RECIPE, weights, segmenter.auxiliary_weights)
        self._batches, self._model.classes = batches, classes
        self.seen |= {fingerprint(pair.key) for pair in pairs}

    @property
    def preprocess(self) -> Preprocess:
        """From an image to the network's input."""
        return self._model.preprocess

    def take_step(self) -> float | None:
        """Take one step of gradient descent; return the loss, or None when the batch had to become smaller first.

        Raises TrainingError when the loss became NaN (the weights stay), or one crop is too much for the memory.
        """
        assert self._learner is not None
        try:
            crops = [self._batches.crop(self._crop + number) for number in range(self._batch)]
            loss = self._learner.step([stacked(crops)], min(1.0, self.step / RAMP_STEPS))
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            remedy = "Close other programs, or choose a smaller model, then switch it on again."
            self._batch = self._learner.give_up_step(self._batch, error, remedy)
            return None
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss became NaN at step {self.step + 1}.",
                "The model in use is unchanged. Switched on again, it goes on from its last state.",
            )
        self.step += 1
        self._crop += self._batch
        return loss

    def version(self, name: str, metrics: dict[str, Any], facts: dict[str, Any]) -> Model:
        """Return the averaged network as a model; ``facts`` are its step in the lineage, JSON values."""
        base = self._model
        assert self._learner is not None
        lineage = base.lineage[:-1] if base.lineage and base.lineage[-1].get(MARK) else base.lineage
        step = {"trained_from": base.name, MARK: True, "classes": base.classes.names, **facts}
        step["trained_on"] = sorted(self.seen)
        return replace(base, segmenter=self._learner.mean, name=name, metrics=metrics, lineage=[*lineage, step])

    def save(self, path: Path) -> None:
        """Write the averaged network, when it has learned anything. Raises CheckpointError, OSError."""
        if self._learner is not None and self.step:
            save_checkpoint(path, self.version(path.stem, {}, {"steps": self.step}))


def load_last_state(path: Path, classes: ClassSet, device: torch.device) -> Task[ContinualNetwork | None]:
    """Load the state of an earlier training; None when there is none, or it is damaged (its file is removed then)."""
    if not path.is_file():
        return None
    try:
        return (yield from ContinualNetwork.load(str(path), classes, device))
    except MaskwrightError:
        with suppress(OSError):
            path.unlink()
        return None
