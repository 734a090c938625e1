"""Validation: when the average of the weights is measured on the held-out images, and which state did best there."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

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
class Best:
    """The state of the averaged network that did best on the held-out pixels so far."""

    step: int
    scores: Scores
    state: dict[str, Tensor]


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

    def measure(self, segmenter: Segmenter, shown: Progress) -> Task[Scores]:
        """Score a network; shows ``shown`` meanwhile. Raises what `evaluate` raises when no image can be read."""
        request = self._request
        predictor = Predictor(replace(self._model, segmenter=segmenter), self._device.type)
        failures: list[tuple[str, str]] = []
        task = evaluate(
            predictor, request.validate, request.classes, request.ignore_index, failures=failures, world=self._world
        )
        scores = yield from mapped(task, lambda _: shown)
        self.failures.update(failures)
        return scores

    def keep_best(self, segmenter: Segmenter, step: int, shown: Progress) -> Task[Scores]:
        """Score the average after ``step`` steps and keep its state when it is the best so far."""
        scores = yield from self.measure(segmenter, shown)
        if self.best is None or scores.mean_iou > self.best.scores.mean_iou:
            self.best = Best(step, scores, copy.deepcopy(segmenter.state_dict()))
        return scores

    def notes(self) -> dict[str, Any]:
        """Return the plan, and what is best without its state: JSON values, for `restore`."""
        best = self.best
        return {
            "plan": [self._planned, self._done],
            "best": None if best is None else {"step": best.step, "scores": best.scores.to_json()},
        }

    def restore(self, notes: dict[str, Any], state: dict[str, Tensor]) -> None:
        """Go on from `notes` and the best state."""
        self._planned, self._done = notes["plan"]
        if notes["best"] is not None:
            placed = {name: value.to(self._device) for name, value in state.items()}
            self.best = Best(notes["best"]["step"], Scores(**notes["best"]["scores"]), placed)
