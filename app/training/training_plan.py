"""TrainingPlan: what fine-tuning would do, said before it is started."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from segcore.project.model_choice import DEFAULT_MODEL, ModelChoice, model_choices

if TYPE_CHECKING:
    from segcore.project.project import Project


@dataclass(frozen=True)
class TrainingPlan:
    """What would be trained on.

    Attributes
    ----------
    corrected : int
        How many images are corrected.
    held_out : int
        How many of them are held out to measure.
    base : str
        The model to start from: a catalogue name or the path of a checkpoint.
    knows : bool
        Whether it knows any class of the project by name.
    trainable : bool
        False for a finished program (ONNX, torch.export), which only predicts.
    against : str
        The model in use, which the new version has to be better than, when that is not the base; "" otherwise.
    """

    corrected: int
    held_out: int
    base: str
    knows: bool = True
    against: str = ""
    trainable: bool = True


def training_plan(project: Project, model: str, seed: int, in_use: str = "") -> TrainingPlan:
    """Read the plan from the project; slow, for a lane, but without torch, for which nothing may wait that opens.

    ``model`` is where training starts, ``in_use`` the model in use; "": the same.
    """
    from segcore.models.lineage import seen_by
    from segcore.training.dataset import Pair
    from segcore.training.holdout import split

    corrected = project.corrected_ids()
    base = training_base(project, model)
    pairs = [
        Pair(key, project.image_path(key), project.labels_path(key), project.provenance_path(key)) for key in corrected
    ]
    current = training_base(project, in_use or model)
    against = current if current != base and _knows(project, current) else ""
    _, held_out = split(pairs, seed, seen_by(_lineage(base)) | seen_by(_lineage(against)))
    return TrainingPlan(len(corrected), len(held_out), base, _knows(project, base), against, _trainable(base))


def plan_and_models(project: Project, base: str, seed: int, in_use: str) -> tuple[TrainingPlan, list[ModelChoice]]:
    """Return the plan, and the models that a training may start from; for a lane."""
    choices = [choice for choice in model_choices(project) if choice.place != "download" or choice.key == DEFAULT_MODEL]
    return training_plan(project, base, seed, in_use), choices


def plan_text(plan: TrainingPlan | None) -> str:
    """Say a plan in words; None: it is still being made."""
    if plan is None:
        return _tr("Counting corrected images …")
    if not plan.trainable:
        return _tr(
            "This model only predicts (ONNX, torch.export): it cannot be fine-tuned. Choose another one to train from, "
            "for example the starter."
        )
    if plan.corrected == 0:
        text = _tr(
            "A model learns from what you correct, and no image is corrected yet. Paint over what is wrong in at least"
            " one, or mark one as done."
        )
    elif plan.corrected == 1:
        text = _tr("1 corrected image: a part of it is held out to measure. Correct more for a better result.")
    else:
        text = _tr("{corrected} corrected images, {held} held out to measure.").format(
            corrected=plan.corrected, held=plan.held_out
        )
    if plan.knows:
        return text
    return f"{text} " + _tr(
        "The model knows none of these classes yet: paint a few images fully, with every class in them."
    )


def training_base(project: Project, model: str) -> str:
    """Return the word for ``--model``.

    The starter continues from its bundled checkpoint where that knows one of the project's classes by name;
    otherwise from its ImageNet weights, which is what the bare name means to ``maskwright train``.
    """
    from segcore.models.catalogue_entries import CATALOGUE, weights_path

    bundled = weights_path(CATALOGUE[DEFAULT_MODEL]) if model == DEFAULT_MODEL else None
    return str(bundled) if bundled is not None and _knows(project, str(bundled)) else model


def _knows(project: Project, base: str) -> bool:
    from segcore.errors import MaskwrightError
    from segcore.labels.class_mapping import join_by_name
    from segcore.models.checkpoint_info import read_checkpoint_info

    try:
        names = read_checkpoint_info(Path(base)).classes.names
    except (MaskwrightError, OSError):
        return False
    # The background of another task is no knowledge of this one: counting it would train gently and too briefly.
    wanted = [name for name in project.classes.names if name.strip().casefold() != "background"]
    return any(partner is not None for partner in join_by_name(wanted, names))


def _trainable(base: str) -> bool:
    from segcore.errors import MaskwrightError
    from segcore.models.architecture_entries import PREDICT_ONLY
    from segcore.models.checkpoint_info import read_checkpoint_info

    with suppress(MaskwrightError, OSError):
        return read_checkpoint_info(Path(base)).architecture not in PREDICT_ONLY
    return True


def _lineage(base: str) -> list[dict[str, Any]]:
    from segcore.errors import MaskwrightError
    from segcore.models.checkpoint_info import read_checkpoint_info

    with suppress(MaskwrightError, OSError):
        return read_checkpoint_info(Path(base)).lineage
    return []


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingPanel", text)
