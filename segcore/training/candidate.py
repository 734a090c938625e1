"""Candidates: which states of a continual training are offered as versions, by comparison with the model in use."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from segcore.files.atomic import writing
from segcore.metrics.calibration import Calibration, PixelSample
from segcore.metrics.image_counts import ImageCounts
from segcore.metrics.scores import Scores
from segcore.models.checkpoint import save_checkpoint
from segcore.models.lineage import fingerprint, seen_by
from segcore.models.model import Model
from segcore.prediction import Predictor
from segcore.progress import Progress, Task, mapped
from segcore.training.batches import Batches
from segcore.training.comparison import Comparison, Verdict, judge
from segcore.training.dataset import training_warnings
from segcore.training.evaluate import evaluate
from segcore.training.known_classes import known_classes
from segcore.training.request import TrainRequest
from segcore.training.validation import Measured


@dataclass(frozen=True)
class Candidate:
    """A state that is offered as a version; its checkpoint is written already.

    Attributes
    ----------
    checkpoint : Path
        Replaced by the next candidate.
    before, after : Scores
        Of the model in use (None when it knows none of the classes) and of the state.
    comparison : Comparison
        Its verdict is BETTER, or TOO_FEW with a higher mean IoU, or any for a state that a person chose.
    step : int
        Of the training.
    seconds : float
        How long the training has run since it was switched on.
    chosen : bool
        Whether a person chose the state.
    unknown_before : tuple[str, ...]
        Classes that the model in use cannot name.
    skipped : dict[str, str]
        Images left out, by key, with the reason.
    warnings : tuple[str, ...]
        Of classes that never occur, and images that were replaced.
    """

    checkpoint: Path
    before: Scores | None
    after: Scores
    comparison: Comparison
    step: int
    seconds: float
    chosen: bool = False
    unknown_before: tuple[str, ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """A state of the training, measured and compared; ``step`` and ``seconds`` say when."""

    model: Model
    measured: Measured
    comparison: Comparison
    step: int
    seconds: float


class HeldOut:
    """Measures networks on the held-out images and compares them with the model in use.

    Parameters
    ----------
    request : TrainRequest
        Names the held-out images, the classes and where a candidate is written.
    in_use : Model
        The model in use, of the project's classes.
    device : torch.device
        Where networks are measured.
    batches : Batches
        What is learned from.

    Attributes
    ----------
    before : Measured or None
        The model in use; None before `measure_before`, and when it knows none of the classes.
    """

    def __init__(self, request: TrainRequest, in_use: Model, device: torch.device, batches: Batches) -> None:
        self.before: Measured | None = None
        self._request, self._in_use, self._device, self._batches = request, in_use, device, batches
        self._failures: list[tuple[str, str]] = []
        self._unknown: tuple[str, ...] = ()

    def measure_before(self) -> Task[None]:
        """Measure the model in use."""
        known = known_classes(self._in_use)
        names = self._request.classes.names
        self._unknown = tuple(name for name, there in zip(names, known, strict=True) if not there)
        if any(known):
            found = yield from self.measure(self._in_use)
            scores = replace(found.scores, iou=found.scores.iou | dict.fromkeys(self._unknown))
            self.before = replace(found, scores=scores)

    def measure(self, model: Model) -> Task[Measured]:
        """Measure a model. Raises ImageError or LabelError when no held-out image can be read."""
        request, counts, shown = self._request, list[ImageCounts](), Progress(0, 0, "Validating")
        sample = PixelSample(len(request.validate))
        self._failures.clear()
        predictor = Predictor(model, self._device.type)
        task = evaluate(
            predictor, request.validate, request.classes, failures=self._failures, each=counts, sample=sample
        )
        return Measured((yield from mapped(task, lambda _: shown)), tuple(counts), sample)

    @property
    def images(self) -> int:
        """How many held-out images there are."""
        return len(self._request.validate)

    def compare(self, found: Measured, lineage_seen: frozenset[str], look: int) -> Comparison:
        """Compare a measured network, trained on the images of these fingerprints, with the model in use.

        ``look`` says the how manyth look at these images it is; see `segcore.training.looks`.
        """
        seen = lineage_seen | seen_by(self._in_use.lineage)
        before = None if self.before is None else self.before.images
        return judge(before, found.images, self._request.validate, self._request.classes, seen, look)

    def offer(self, state: State, chosen: bool) -> Candidate:
        """Write a candidate in the place of the one before. Raises ProjectError, CheckpointError."""
        model, found, comparison, step = state.model, state.measured, state.comparison, state.step
        request, before = self._request, self.before.scores if self.before else None
        calibration = Calibration.of(found.sample)
        facts = {
            "best_step": step,
            "held_out_images": len(request.validate),
            "mean_iou_before": None if before is None else before.mean_iou,
            "mean_iou_after": found.scores.mean_iou,
            "measured_on": sorted(fingerprint(pair.key) for pair in request.validate),
            "comparison": comparison.anonymous().to_json(),
            "calibration": calibration.to_json(),
            "project": request.project,
        }
        lineage = [*model.lineage[:-1], {**model.lineage[-1], **facts}]
        with writing(request.out):
            made = replace(model, metrics=found.scores.to_json(), lineage=lineage, temperature=calibration.temperature)
            save_checkpoint(request.out, made)
        return Candidate(
            request.out,
            before,
            found.scores,
            comparison,
            step,
            state.seconds,
            chosen,
            self._unknown,
            self._batches.skipped | dict(self._failures),
            training_warnings(self._batches.missing, self._batches.replaced),
        )


def worth_offering(comparison: Comparison) -> bool:
    """Whether a state is offered: it is shown to be better, or it looks so and too few images are there to show it."""
    if comparison.verdict is Verdict.TOO_FEW:
        return comparison.change > 0.0
    return comparison.verdict is Verdict.BETTER
