"""TrainingPlan: what a click on fine-tune would do, said before it is clicked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.model_choice import DEFAULT_MODEL

if TYPE_CHECKING:
    from segcore.project import Project


@dataclass(frozen=True)
class TrainingPlan:
    """How many corrected images there are, how many of them are held out, and what the model word is."""

    corrected: int
    held_out: int
    base: str


def training_plan(project: Project, model: str, seed: int) -> TrainingPlan:
    """Read the plan from the project; imports what training imports, so it belongs on a lane."""
    from segcore.learn.dataset import Pair
    from segcore.learn.split import seen_by, split

    corrected = project.corrected_ids()
    base = training_base(project, model)
    pairs = [
        Pair(key, project.image_path(key), project.labels_path(key), project.provenance_path(key)) for key in corrected
    ]
    _, held_out = split(pairs, seed, seen_by(_lineage(base)))
    return TrainingPlan(len(corrected), len(held_out), base)


def training_base(project: Project, model: str) -> str:
    """Return the word for ``--model``.

    The starter continues from its bundled checkpoint where that knows one of the project's classes by name;
    otherwise from its ImageNet weights, which is what the bare name means to ``maskwright train``.
    """
    from segcore.class_mapping import join_by_name
    from segcore.errors import MaskwrightError
    from segcore.models.catalogue_entries import CATALOGUE, weights_path
    from segcore.models.checkpoint_info import read_checkpoint_info

    bundled = weights_path(CATALOGUE[DEFAULT_MODEL]) if model == DEFAULT_MODEL else None
    if bundled is None:
        return model
    try:
        known = join_by_name(project.classes.names, read_checkpoint_info(bundled).classes.names)
    except MaskwrightError:
        return model
    return str(bundled) if any(partner is not None for partner in known) else model


def _lineage(base: str) -> list[dict[str, Any]]:
    from segcore.errors import MaskwrightError
    from segcore.models.checkpoint_info import read_checkpoint_info

    with suppress(MaskwrightError, OSError):
        return read_checkpoint_info(Path(base)).lineage
    return []
