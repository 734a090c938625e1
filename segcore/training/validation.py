"""Validation: when the average of the weights is measured on the held-out images, and which state did best there."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from segcore.metrics.calibration import PixelSample
from segcore.metrics.image_counts import ImageCounts
from segcore.metrics.scores import Scores
from segcore.models.model import Model
from segcore.models.segmenter import Segmenter
from segcore.prediction import Predictor
from segcore.progress import Progress, Task, mapped
from segcore.training.distributed import ALONE, World
from segcore.training.evaluate import evaluate
from segcore.training.request import TrainRequest

SHARE = 0.2
"""At most about this share of the time goes into validation."""


@dataclass(frozen=True)
class Measured:
    """What a model got right on the held-out images.

    Attributes
    ----------
    scores : Scores
        Over all of them.
    images : tuple[ImageCounts, ...]
        Of each.
    sample : PixelSample or None
        For the temperature; None after an interruption.
    """

    scores: Scores
    images: tuple[ImageCounts, ...]
    sample: PixelSample | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values for `from_json`; the sample is left out."""
        return {"scores": self.scores.to_json(), "images": [image.to_json() for image in self.images]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Measured:
        """Return the inverse of `to_json`."""
        return cls(Scores(**data["scores"]), tuple(ImageCounts.from_json(image) for image in data["images"]))


@dataclass(frozen=True)
class Best:
    """The state of the averaged network that did best on the held-out pixels so far."""

    step: int
    measured: Measured
    state: dict[str, Tensor]

    @property
    def scores(self) -> Scores:
        """Its scores there."""
        return self.measured.scores


class Validation:
    """Measures networks on the held-out images.

    Attributes
    ----------
    best : Best or None
        Of all that `keep_best` measured.
    failures : dict[str, str]
        Held-out images that cannot be read, by key, with the reason.
    """

    def __init__(self, request: TrainRequest, model: Model, device: torch.device, world: World = ALONE) -> None:
        self.best: Best | None = None
        self.failures: dict[str, str] = {}
        self._request, self._model, self._device, self._world = request, model, device, world
        self._planned, self._done = request.recipe.validations, 0

    def due(self, fraction: float) -> bool:
        """Whether it is time again when ``fraction`` (0.0 to 1.0) of the training is over."""
        return int(fraction * self._planned) > self._done

    def plan(self, fraction: float, cost: float, seconds: float | None) -> None:
        """Say that one was due and took ``cost`` seconds; a training by the clock spends only a share of it on them."""
        if seconds is not None:
            self._planned = max(1, min(self._planned, int(SHARE * seconds / max(cost, 1e-3))))
        self._done = int(fraction * self._planned)

    def measure(self, segmenter: Segmenter, shown: Progress) -> Task[Measured]:
        """Score a network; shows ``shown`` meanwhile. Raises what `evaluate` raises when no image can be read."""
        return (yield from self.measure_model(replace(self._model, segmenter=segmenter), shown))

    def measure_model(self, model: Model, shown: Progress) -> Task[Measured]:
        """Score any model, whose classes are joined by name; like `measure`."""
        request = self._request
        images, sample = list[ImageCounts](), PixelSample(len(request.validate))
        failures: list[tuple[str, str]] = []
        task = evaluate(
            Predictor(model, self._device.type),
            request.validate,
            request.classes,
            request.ignore_index,
            failures=failures,
            world=self._world,
            each=images,
            sample=sample,
        )
        scores = yield from mapped(task, lambda _: shown)
        self.failures.update(failures)
        return Measured(scores, tuple(images), sample)

    def keep_best(self, segmenter: Segmenter, step: int, shown: Progress) -> Task[Scores]:
        """Score the average after ``step`` steps and keep its state when it is the best so far."""
        measured = yield from self.measure(segmenter, shown)
        if self.best is None or measured.scores.mean_iou > self.best.scores.mean_iou:
            self.best = Best(step, measured, copy.deepcopy(segmenter.state_dict()))
        return measured.scores

    def notes(self) -> dict[str, Any]:
        """Return the plan, and what is best without its state: JSON values, for `restore`."""
        best = self.best
        return {
            "plan": [self._planned, self._done],
            "best": None if best is None else {"step": best.step, "measured": best.measured.to_json()},
        }

    def restore(self, notes: dict[str, Any], state: dict[str, Tensor]) -> None:
        """Go on from `notes` and the best state."""
        self._planned, self._done = notes["plan"]
        if notes["best"] is not None:
            placed = {name: value.to(self._device) for name, value in state.items()}
            self.best = Best(notes["best"]["step"], Measured.from_json(notes["best"]["measured"]), placed)
