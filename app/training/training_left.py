"""What earlier windows left of a project's trainings: one that still runs, or a result that nobody decided about."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from app.training.training_folder import TrainingFolder, TrainingRecord
from segcore.errors import MaskwrightError

SILENT_SECONDS = 24 * 3600.0
"""A training that nobody here can see, and that says nothing for so long, counts as ended."""
TAIL_BYTES = 1 << 16


def left_training(project: Path) -> tuple[TrainingFolder, TrainingRecord] | None:
    """Return the latest training of a project that is not decided; for a lane.

    Earlier ones that have ended are cleared away: the person went on without them. Their versions stay. So is what
    was left by a window that died while it started a training.
    """
    for folder in TrainingFolder.abandoned_in(project, SILENT_SECONDS):
        folder.remove()
    folders = TrainingFolder.all_in(project)
    for folder in folders[:-1]:
        record = folder.read()
        if record is not None and not record.process.lives() and not runs_elsewhere(folder, record):
            with suppress(MaskwrightError):
                folder.publish()
                folder.remove()
    latest = folders[-1] if folders else None
    record = latest.read() if latest is not None else None
    return None if latest is None or record is None else (latest, record)


def runs_elsewhere(folder: TrainingFolder, record: TrainingRecord) -> bool:
    """Whether it seems to go on, on a machine where nobody can look from here."""
    if not record.process.elsewhere:
        return False
    try:
        found = folder.lines.stat()
        with folder.lines.open("rb") as file:
            file.seek(max(0, found.st_size - TAIL_BYTES))
            said = file.read(TAIL_BYTES)
    except OSError:
        return False
    ended = b'"event": "result"' in said or b'"event": "error"' in said
    return not ended and time.time() - found.st_mtime < SILENT_SECONDS
