"""Zip limits: how much a zip file may hold, so that a small one does not fill the disk."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

MAX_FILES = 2_000_000
MAX_BYTES, MAX_RATIO = 1 << 30, 200
"""A zip file may hold so many bytes, or so many times its own size, whichever is more: a zip bomb holds far more."""


def total_bytes(members: Sequence[zipfile.ZipInfo]) -> int:
    """Return how many bytes these members have when they are unpacked, as the zip file says."""
    return sum(each.file_size for each in members)


def holds_too_much(members: Sequence[zipfile.ZipInfo], nbytes: int) -> bool:
    """Whether a zip file of ``nbytes`` bytes holds more than its size can explain."""
    return len(members) > MAX_FILES or total_bytes(members) > max(MAX_BYTES, MAX_RATIO * nbytes)


def free_bytes(folder: Path) -> int:
    """Return how many bytes are free on the disk of a folder that need not exist yet."""
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
