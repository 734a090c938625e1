"""Sweeping up what killed processes left in a project: unfinished files, by name and age."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from segcore.errors import ProjectError
from segcore.project.label_store import LabelStore
from segcore.project.snapshot_folder import is_abandoned

PART = re.compile(r"\.[a-z0-9_]{8}\.part")
"""The name of an unfinished file of `segcore.files.atomic.atomic_write`."""

NEXT = ".png.next"
TRAINING_SECONDS = 600.0
"""Unfinished checkpoints younger than this may belong to a training that writes them now."""


def sweep(root: Path, labels: LabelStore) -> int:
    """Remove what killed processes left, and finish their saves; return how many files there were.

    To be called by the process that has just become the writer of the project: no other writes its labels,
    predictions and settings now, so any unfinished file there is a dead one. Checkpoints may be written by a training.
    Never raises: what cannot be removed stays.
    """
    count, begun = 0, time.time()
    for name in ("labels", "provenance", "predictions", "journal", "adaptation", ""):
        for path in _files(root / name, deep=bool(name)):
            if PART.fullmatch(path.name) and _age(path, begun) >= 0.0:
                count += _remove(path)
            elif name == "provenance" and path.name.endswith(NEXT):
                image_id = path.relative_to(root / name).as_posix().removesuffix(NEXT)
                with suppress(ProjectError):
                    labels.finish(image_id)
                    count += 1
    for path in _files(root / "checkpoints", deep=False):
        if PART.fullmatch(path.name) and _age(path, begun) > TRAINING_SECONDS:
            count += _remove(path)
        elif path.name.endswith(".snapshot") and is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    return count


def _files(folder: Path, deep: bool) -> Iterator[Path]:
    """Yield the entries of a folder, with ``deep`` those of its folders too; links to folders are not followed."""
    stack = [folder]
    while stack:
        with suppress(OSError), os.scandir(stack.pop()) as entries:
            for entry in entries:
                if deep and entry.is_dir(follow_symlinks=False):
                    stack.append(Path(entry.path))
                elif entry.name.endswith((".part", NEXT, ".snapshot")):
                    yield Path(entry.path)


def _age(path: Path, moment: float) -> float:
    """Seconds since the file was last written; negative when it was written after ``moment`` or is gone."""
    with suppress(OSError):
        return moment - path.stat().st_mtime
    return -1.0


def _remove(path: Path) -> int:
    with suppress(OSError):
        path.unlink()
        return 1
    return 0
