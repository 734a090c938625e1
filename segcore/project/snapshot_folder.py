"""Snapshot folder: a folder that lives as long as the process that made it, and is known as abandoned after that."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.project.writer_lock import Holder

SUFFIX = ".snapshot"
OWNER = "owner.json"


@contextmanager
def snapshot_folder(out: Path) -> Iterator[Path]:
    """Make the folder of a snapshot beside the file ``out`` that is made from it; remove it at the end.

    Raises ProjectError when it cannot be made.
    """
    if not out.name:
        raise ProjectError(f"'{out}' is not the name of a file.", "Give the file for the checkpoint.")
    folder = out.with_name(out.name + SUFFIX)
    shutil.rmtree(folder, ignore_errors=True)
    with writing(folder):
        folder.mkdir(parents=True)
        atomic_write_bytes(folder / OWNER, json.dumps(asdict(Holder.this_process())).encode())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_abandoned(folder: Path) -> bool:
    """Whether the process that made this snapshot has ended on this machine."""
    owner = Holder.read(folder / OWNER)
    return owner is None or not owner.lives()
