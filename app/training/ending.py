"""Ending: what a training came to, once its process has ended. For a lane: the project's folder may be slow."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from app.training.crash import crash, last_lines
from app.training.training_folder import TrainingFolder
from app.training.training_outcome import TrainingOutcome
from segcore.errors import MaskwrightError, TrainingError


def conclude(folder: TrainingFolder, outcome: TrainingOutcome) -> TrainingOutcome:
    """Move the checkpoint among the project's versions; return the outcome with its path there.

    Raises
    ------
    ProjectError
        It cannot be moved. The folder stays, and with it the checkpoint.
    """
    path = folder.publish()
    return outcome if path is None else replace(outcome, checkpoint=path)


def explain(
    folder: TrainingFolder, error: MaskwrightError | None, code: int | None, said: Sequence[str]
) -> MaskwrightError:
    """Return why a training has no result, and remove its folder.

    Parameters
    ----------
    error : MaskwrightError or None
        What the process itself told.
    code : int or None
        Its exit code; None: unknown.
    said : Sequence of str
        Its last lines on stdout that were no messages.
    """
    error = error or crash(code, [*said, *last_lines(folder.errors)])
    with suppress(MaskwrightError):
        path = folder.publish()  # some errors come after a state worth keeping was saved
        if path is not None:
            error = TrainingError(error.message, error.remedy.replace(str(folder.out), str(path)))
        folder.remove()
    return error
