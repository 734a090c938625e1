"""ModelBefore: the model that a new one has to be better than, measured on the held-out images."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from segcore.labels.class_mapping import join_by_name
from segcore.metrics.scores import Scores
from segcore.models.catalogue import load_model
from segcore.models.lineage import seen_by
from segcore.models.model import Model
from segcore.progress import Progress, Task
from segcore.training.distributed import World
from segcore.training.request import TrainRequest
from segcore.training.validation import Measured, Validation


@dataclass(frozen=True)
class ModelBefore:
    """The model in use before a training.

    Attributes
    ----------
    name : str
        The model's name.
    measured : Measured or None
        None when it knows none of the classes.
    unknown : tuple[str, ...]
        Names of the classes that it does not know.
    seen : frozenset[str]
        Fingerprints of the images that it, or the base of the training, was trained on.
    """

    name: str
    measured: Measured | None
    unknown: tuple[str, ...]
    seen: frozenset[str]

    @property
    def scores(self) -> Scores | None:
        """Its scores; classes that it does not know have no IoU, and count as 0 in the mean."""
        return None if self.measured is None else self.measured.scores

    def to_json(self) -> dict[str, Any]:
        """Return JSON values for `from_json`."""
        measured = None if self.measured is None else self.measured.to_json()
        return {"name": self.name, "measured": measured, "unknown": list(self.unknown), "seen": sorted(self.seen)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ModelBefore:
        """Return the inverse of `to_json`."""
        measured = None if data["measured"] is None else Measured.from_json(data["measured"])
        return cls(data["name"], measured, tuple(data["unknown"]), frozenset(data["seen"]))


def measure_before(
    request: TrainRequest, base: Model, knows: list[bool], validation: Validation, world: World
) -> Task[tuple[ModelBefore, float]]:
    """Measure the model that the new one is compared with; return it and the seconds that this took.

    Parameters
    ----------
    request : TrainRequest
        ``against`` names the model; without it, it is the base.
    base : Model
        The model that the training starts from.
    knows : list[bool]
        Of each class of the request, whether the base knows it.
    validation : Validation
        Has the held-out images.
    world : World
        The processes that train together.

    Raises
    ------
    CheckpointError, WeightsUnavailableError
        ``against`` cannot be loaded.
    """
    model, seen = base, seen_by(base.lineage)
    if request.against and request.against != request.model:
        model = yield from world.in_turn(load_model(request.against))
        seen |= seen_by(model.lineage)
        knows = [partner is not None for partner in join_by_name(request.classes.names, model.classes.names)]
    unknown = tuple(name for name, known in zip(request.classes.names, knows, strict=True) if not known)
    if not any(knows):
        return ModelBefore(model.name, None, unknown, seen), 0.0
    began = time.monotonic()
    measured = yield from validation.measure_model(model, Progress(0, 0, "Measuring the model before training"))
    scores = replace(measured.scores, iou=measured.scores.iou | dict.fromkeys(unknown))
    return ModelBefore(model.name, replace(measured, scores=scores), unknown, seen), time.monotonic() - began
