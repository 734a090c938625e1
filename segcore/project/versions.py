"""A project's own model versions: the checkpoints that fine-tuning made."""

from __future__ import annotations

import re
from pathlib import Path

from segcore.errors import MaskwrightError
from segcore.files.atomic import make_folder, writing
from segcore.models.checkpoint_info import CheckpointInfo, read_checkpoint_info

_NUMBER = re.compile(r"[0-9]{1,9}")


def list_versions(folder: Path) -> tuple[list[CheckpointInfo], list[str]]:
    """Return the checkpoints in ``folder``, oldest first, and a message for each damaged one."""
    found, damaged = [], []
    for path in sorted(folder.glob("*.safetensors")):
        try:
            found.append(read_checkpoint_info(path))
        except MaskwrightError as error:
            damaged.append(str(error))
    return found, damaged


def next_version(folder: Path) -> Path:
    """Return a free name, ``version-001.safetensors`` and so on, and make the folder. Raises ProjectError."""
    with writing(folder):
        make_folder(folder)
    numbers = [int(path.stem[8:]) for path in folder.glob("version-*.safetensors") if _NUMBER.fullmatch(path.stem[8:])]
    return folder / f"version-{max(numbers, default=0) + 1:03d}.safetensors"
