"""Evidence: what a report shows of a version, measured again on its held-out images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, ProjectError
from segcore.images.image import read_image
from segcore.images.overlay import overlay
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.metrics.calibration import PixelSample, Reliability
from segcore.metrics.image_counts import ImageCounts
from segcore.metrics.scores import Scores
from segcore.models.catalogue_entries import CATALOGUE, weights_path
from segcore.models.checkpoint import load_checkpoint
from segcore.models.checkpoint_info import CheckpointInfo, read_checkpoint_info
from segcore.models.lineage import fingerprint, seen_by
from segcore.models.model import Model
from segcore.prediction import Predictor
from segcore.progress import Progress, Task, mapped
from segcore.project.project import Project
from segcore.training.comparison import Comparison, ImageChange, judge
from segcore.training.dataset import Pair, read_truth
from segcore.training.evaluate import channels_by_name, evaluate

SHOWN = 3
"""So many of the worst images are shown, and so many of the best."""


@dataclass(frozen=True)
class Picture:
    """One held-out image: its change, and pictures RGB uint8 [h, w, 3] by their titles."""

    change: ImageChange
    panels: dict[str, NDArray[np.uint8]]


@dataclass(frozen=True)
class Evidence:
    """What a report shows.

    Attributes
    ----------
    project, version, before : str
        Names of the project, the version and the model before; "" for ``before`` when that is not there any more.
    lineage : list[dict]
        Of the version, oldest first.
    classes : ClassSet
        The project's.
    comparison : Comparison
        Measured now, on the labels as they are now.
    scores : Scores
        Of the version.
    uncalibrated, calibrated : Reliability
        Its reliability without and with its temperature.
    temperature : float
        Of the version.
    calibration_error : float
        With a temperature, 0.0-1.0: fitted on one half of the images, measured on the other, and the other way round.
    worst, best : tuple[Picture, ...]
        The images that lost or gained most; without a model before, those with the lowest and highest mean IoU.
    """

    project: str
    version: str
    before: str
    lineage: list[dict[str, Any]]
    classes: ClassSet
    comparison: Comparison
    scores: Scores
    uncalibrated: Reliability
    calibrated: Reliability
    temperature: float
    calibration_error: float
    worst: tuple[Picture, ...]
    best: tuple[Picture, ...]


def gather(project: Project, version: CheckpointInfo, device: str = "auto") -> Task[Evidence]:
    """Measure a version and the model before it on the images that were held out from its training.

    Raises
    ------
    ProjectError
        None of these images is corrected in the project.
    CheckpointError, ImageError, LabelError, DeviceError
        The version cannot be loaded; no image can be read or predicted.
    """
    yield Progress(0, 0, f"Loading {version.name}")
    pairs = held_out_pairs(project, version)
    after = Predictor(load_checkpoint(version.path), device)
    former = model_before(project, version)
    models = [after]
    if former is not None:
        models.append(Predictor(load_checkpoint(former), device))
    counts: list[list[ImageCounts]] = []
    sample, scores = PixelSample(len(pairs)), []
    for number, predictor in enumerate(models):
        counts.append([])
        # The sample is drawn at temperature 1: both diagrams follow from it.
        measured = predictor if number else Predictor(replace(predictor.model, temperature=1.0), device)
        wanted = None if number else sample
        task = evaluate(measured, pairs, project.classes, failures=[], each=counts[-1], sample=wanted)
        scores.append((yield from mapped(task, partial(_part, number, len(models) + 1))))
    seen = seen_by(after.model.lineage[:-1]) | (seen_by(models[1].model.lineage) if former is not None else frozenset())
    comparison = judge(counts[1] if former is not None else None, counts[0], pairs, project.classes, seen)
    by_key = {pair.key: pair for pair in pairs}
    chosen = comparison.changes
    ends = chosen[:SHOWN], tuple(reversed(chosen[max(SHOWN, len(chosen) - SHOWN) :]))
    drawn: list[tuple[Picture, ...]] = []
    for each in ends:
        pictures = []
        for change in each:
            yield Progress(len(models), len(models) + 1, f"Drawing {change.key}")
            pictures.append((yield from _drawn(change, by_key[change.key], models, project.classes)))
        drawn.append(tuple(pictures))
    temperature = after.model.temperature
    return Evidence(
        project=project.name,
        version=version.name,
        before=models[1].model.name if former is not None else "",
        lineage=list(version.lineage),
        classes=project.classes,
        comparison=comparison,
        scores=scores[0],
        uncalibrated=sample.reliability(),
        calibrated=sample.reliability(temperature),
        temperature=temperature,
        calibration_error=sample.reliability(sample.crossed()).error,
        worst=drawn[0],
        best=drawn[1],
    )


def held_out_pairs(project: Project, version: CheckpointInfo) -> tuple[Pair, ...]:
    """Return the corrected images that the version was measured on. Raises ProjectError when there is none."""
    step = version.lineage[-1] if version.lineage else {}
    marks = {str(mark) for mark in step.get("measured_on", ())}
    by_parts = marks & {str(mark) for mark in step.get("trained_on", ())}
    found = tuple(
        Pair(
            key,
            project.image_path(key),
            project.labels_path(key),
            project.provenance_path(key),
            "validate" if fingerprint(key) in by_parts else "all",
        )
        for key in project.corrected_ids()
        if fingerprint(key) in marks
    )
    if not found:
        raise ProjectError(
            f"None of the images that {version.name} was measured on is corrected in the project {project.name}.",
            "Choose a version that was made in this project (--version).",
        )
    return found


def model_before(project: Project, version: CheckpointInfo) -> Path | None:
    """Return the checkpoint that a version was compared with; None when it knew none of the classes or is gone."""
    step = version.lineage[-1] if version.lineage else {}
    name = step.get("compared_with", step.get("trained_from"))
    if step.get("mean_iou_before") is None or not isinstance(name, str):
        return None
    for info in project.checkpoints():
        if info.path != version.path and name in (info.name, info.path.stem):
            return info.path
    for entry in CATALOGUE.values():
        path = weights_path(entry)
        if path is not None and path.suffix == ".safetensors" and name in (entry.name, read_checkpoint_info(path).name):
            return path
    return None


def _drawn(change: ImageChange, pair: Pair, models: Sequence[Predictor], classes: ClassSet) -> Task[Picture]:
    image = read_image(pair.image)
    values = np.append(classes.indices, np.full(256 - len(classes), IGNORE_INDEX)).astype(np.uint8)
    try:
        truth = values[read_truth(pair, classes, (image.shape[0], image.shape[1]))]
    except (ImageError, LabelError):
        truth = np.full(image.shape[:2], IGNORE_INDEX, np.uint8)
    panels = {"image": image, "truth": overlay(image, truth, classes)}
    for title, predictor in zip(("new", "old"), models, strict=False):
        probabilities = yield from predictor.probabilities(image)
        labels = values[_table(predictor.model, classes)[probabilities.argmax(0)]]
        panels[title] = overlay(image, labels, classes)
    order = [title for title in ("image", "truth", "old", "new") if title in panels]
    return Picture(change, {title: panels[title] for title in order})


def _part(number: int, parts: int, step: Progress) -> Progress:
    return step.part(number, parts)


def _table(model: Model, classes: ClassSet) -> NDArray[np.uint8]:
    return channels_by_name(model.classes, classes)
