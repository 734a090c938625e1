"""ModelChoice: the models a person can choose from, the catalogue's and the project's own versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet

if TYPE_CHECKING:
    from segcore.models.checkpoint_info import CheckpointInfo
    from segcore.project.project import Project

DEFAULT_MODEL = "starter"
Place = Literal["version", "bundled", "here", "download"]


@dataclass(frozen=True)
class ModelChoice:
    """One line of the choice list.

    Attributes
    ----------
    key : str
        What the project stores: a catalogue name, or the path of a checkpoint.
    title : str
        What people call it.
    architecture : str
        Its name in the catalogue.
    place : Place
        A version of this project, bundled, already on this machine, or to be downloaded.
    megabytes : float
        Size of its file.
    classes : ClassSet or None
        None while only the download would tell.
    mean_iou : float or None
        On held-out images, 0.0-1.0; None when the file does not say.
    measured_here : bool
        Whether these were images of this project.
    measured_in : str
        Name of the project that they were of; "" when the file does not say.
    base : str
        What it was trained from; empty when the file does not say.
    file : Path or None
        Where it lies, or None for what has to be downloaded.
    trained_on : int or None
        How many images its last training learned from; None when the file does not say.
    verdict : str
        What the held-out images said of it, beside the model that was in use before: ``better``, ``not_shown`` or
        ``too_few``; "" when the file does not say.
    """

    key: str
    title: str
    architecture: str
    place: Place
    megabytes: float
    classes: ClassSet | None = None
    mean_iou: float | None = None
    measured_here: bool = False
    measured_in: str = ""
    base: str = ""
    file: Path | None = None
    trained_on: int | None = None
    verdict: str = ""


class _Here:
    """The project: its name and the fingerprints of its images."""

    def __init__(self, project: Project) -> None:
        self.name = project.name
        self._ids = project.image_ids()

    @cached_property
    def images(self) -> frozenset[str]:
        from segcore.models.lineage import fingerprint

        return frozenset(map(fingerprint, self._ids))


def model_choices(project: Project | None) -> list[ModelChoice]:
    """List the project's versions, newest first, then the catalogue; reads headers, so it belongs on a lane."""
    from segcore.models.catalogue_entries import CATALOGUE, VOC_NAMES, weights_path, where_is
    from segcore.models.checkpoint_info import read_checkpoint_info

    here = _Here(project) if project else None
    versions = [_version(info, here) for info in project.checkpoints()] if project and here else []
    versions.sort(key=_age)
    choices = list(versions)
    for entry in CATALOGUE.values():
        path = weights_path(entry)
        if path is not None and path.suffix == ".safetensors":
            try:
                found = _of_checkpoint(read_checkpoint_info(path), entry.name, "bundled", None)
            except CheckpointError:
                continue
            choices.append(replace(found, title=entry.title))
        elif entry.weights is not None:
            classes = ClassSet.in_voc_colors(VOC_NAMES)
            place = where_is(entry)
            choices.append(ModelChoice(entry.name, entry.title, entry.name, place, entry.megabytes, classes, file=path))
    return choices


def _age(choice: ModelChoice) -> float:
    try:
        return -choice.file.stat().st_mtime if choice.file else 0.0
    except OSError:
        return 0.0


def _version(info: CheckpointInfo, here: _Here) -> ModelChoice:
    """``version-003.safetensors`` -> ``v3 · 2026-11-20 18:02``."""
    choice = _of_checkpoint(info, str(info.path), "version", here)
    number = info.path.stem.removeprefix("version-")
    if not number.isdecimal():
        return choice
    try:
        made = datetime.fromtimestamp(info.path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
    except OSError:
        return choice
    return replace(choice, title=f"v{int(number)} · {made}")


def _of_checkpoint(info: CheckpointInfo, key: str, place: Place, here: _Here | None) -> ModelChoice:
    from segcore.models.lineage import is_measured_on, measured_in

    try:
        megabytes = info.path.stat().st_size / 1e6
    except OSError:
        megabytes = 0.0
    return ModelChoice(
        key,
        info.name,
        info.architecture,
        place,
        megabytes,
        info.classes,
        _mean_iou(info.metrics),
        here is not None and is_measured_on(info.lineage, here.name, lambda: here.images),
        measured_in(info.lineage),
        _base(info.lineage),
        info.path,
        _trained_on(info.lineage),
        _verdict(info.lineage),
    )


def _trained_on(lineage: list[dict[str, Any]]) -> int | None:
    marks = lineage[-1].get("trained_on") if lineage else None
    return len(marks) if isinstance(marks, list) else None


def _verdict(lineage: list[dict[str, Any]]) -> str:
    comparison = lineage[-1].get("comparison") if lineage else None
    verdict = comparison.get("verdict") if isinstance(comparison, dict) else None
    return verdict if isinstance(verdict, str) else ""


def _mean_iou(metrics: dict[str, Any]) -> float | None:
    value = metrics.get("mean_iou")
    return float(value) if isinstance(value, int | float) else None


def _base(lineage: list[dict[str, Any]]) -> str:
    for step in reversed(lineage):
        for key in ("trained_from", "source"):
            if isinstance(step.get(key), str):
                name = Path(step[key]).stem if "/" in step[key] else step[key]
                number = name.removeprefix("version-")
                return f"v{int(number)}" if number != name and number.isdecimal() else name
    return ""
