"""Sweeping up what killed processes left in a project: unfinished files, by name and age."""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from segcore.errors import ProjectError
from segcore.project.label_store import LabelStore
from segcore.project.label_versions import FOLDER as VERSIONS
from segcore.project.snapshot_folder import is_abandoned

PART = re.compile(r"\.[a-z0-9_]{8}\.part")
"""The name of an unfinished file of `segcore.files.atomic.atomic_write`."""

NEXT = ".png.next"
_DEEP = ("labels", "provenance", "predictions", "journal", "adaptation")
_FLAT = (VERSIONS, "reports", "")
"""Those whose unfinished files are in no folder within."""
_TRAINING = ("checkpoints", "training/keep-learning", "training/keep-learning/states")
_FOLDERS = (*_DEEP, *_FLAT, *_TRAINING)
TRAINING_SECONDS = 600.0
"""Unfinished files of a training that are younger than this may be those of one that runs now."""


def sweep(root: Path, labels: LabelStore) -> int:
    """Remove what killed processes left, and finish their saves; return how many files there were.

    To be called by the process that has just become the writer of the project: no other writes its labels,
    predictions and settings now, so any unfinished file there is a dead one. A training writes its own beside it.
    Never raises: what cannot be removed stays.
    """
    from concurrent.futures import ThreadPoolExecutor  # only now: the window must be seen soon

    count, begun = 0, time.time()
    with ThreadPoolExecutor(len(_FOLDERS), "sweep") as lists:  # a network folder takes as long for all as for one
        found = dict(zip(_FOLDERS, lists.map(partial(_files, root), _FOLDERS), strict=True))
    for name in (*_DEEP, *_FLAT):
        for path in found[name]:
            if PART.fullmatch(path.name) and _age(path, begun) >= 0.0:
                count += _remove(path)
            elif name == "provenance" and path.name.endswith(NEXT):
                image_id = path.relative_to(root / name).as_posix().removesuffix(NEXT)
                with suppress(ProjectError):
                    labels.finish(image_id)
                    count += 1
    for path in (path for name in _TRAINING for path in found[name]):
        if PART.fullmatch(path.name) and _age(path, begun) > TRAINING_SECONDS:
            count += _remove(path)
        elif path.name.endswith(".snapshot") and is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
            count += 1
    return count


def _files(root: Path, name: str) -> list[Path]:
    """Return what a killed process may have left in a folder of the project, and in those within its own ones.

    Links to folders are not followed.
    """
    stack, found, deep = [root / name], [], name in _DEEP
    while stack:
        with suppress(OSError), os.scandir(stack.pop()) as entries:
            for entry in entries:
                if deep and entry.is_dir(follow_symlinks=False):
                    stack.append(Path(entry.path))
                elif entry.name.endswith((".part", NEXT, ".snapshot")):
                    found.append(Path(entry.path))
    return found


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
