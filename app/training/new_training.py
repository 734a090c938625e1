"""A new training: what is decided on a lane before its process is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.training.training_folder import TrainingFolder
from app.training.training_plan import TrainingPlan, training_plan
from app.training.training_run import TrainingOrder
from segcore.errors import TrainingError

if TYPE_CHECKING:
    from segcore.project.project import Project


@dataclass(frozen=True)
class NewTraining:
    """Ready to be started: the order, the folder for what it writes, and the plan that it follows."""

    plan: TrainingPlan
    folder: TrainingFolder
    order: TrainingOrder


def new_training(project: Project, model: str, minutes: float, seed: int, device: str, in_use: str = "") -> NewTraining:
    """Plan a training on the corrected images, from ``model`` and judged against the model in use; slow, for a lane.

    Raises
    ------
    TrainingError
        No image is corrected.
    ProjectError
        The project's folder cannot be written.
    """
    plan = training_plan(project, model, seed, in_use)
    if plan.corrected == 0:
        raise TrainingError(
            QCoreApplication.translate("TrainingPanel", "There is no corrected image to train on."),
            QCoreApplication.translate("TrainingPanel", "Correct at least one image first."),
        )
    folder = TrainingFolder.fresh(project)
    held_out = plan.held_out if plan.corrected > 1 else 0
    order = TrainingOrder(
        project.root, plan.base, folder.out, minutes, seed, device, held_out, plan.against, folder.control
    )
    return NewTraining(plan, folder, order)
