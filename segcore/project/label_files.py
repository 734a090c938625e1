"""The files of a label store: reading them, telling whether one was replaced, the names under which they are kept."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from segcore.errors import LabelError
from segcore.files.atomic import aside_path
from segcore.files.regular_file import read_regular
from segcore.progress import Progress, Task

MAX_BYTES = 500_000_000
"""A larger file is no label map: an uncompressed one of 400 megapixels needs a byte a pixel."""

STEP_SECONDS = 0.1
"""How often looking at many files can be cancelled."""

DAMAGED, CHANGED, UNKNOWN_CLASSES = "damaged", "changed", "unknown-classes"
"""Endings of the names under which labels are kept that a save must not replace."""


def read_file(path: Path) -> bytes | None:
    """Return the content of an ordinary file. Raises LabelError when it cannot be read.

    None when it is missing, or holds nothing but zeros: that is what a power cut leaves of a file that an import had
    just made and the disk did not have yet.
    """
    try:
        data = read_regular(path, MAX_BYTES)
        return data if data.lstrip(b"\0") else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror}).", "Check its disk and permissions.") from error


def crc_of(data: bytes) -> str:
    """CRC-32 of a file's content, eight hexadecimal digits."""
    return f"{zlib.crc32(data):08x}"


def next_to(path: Path) -> Path:
    """Return the name under which a save writes a provenance file first."""
    return path.with_name(f"{path.name}.next")


def size_ending(shape: tuple[int, int]) -> str:
    """Return the ending for labels of this (height, width): ``640x480`` is width x height."""
    return f"{shape[1]}x{shape[0]}"


def kept_aside(path: Path, ending: str) -> list[Path]:
    """Return the files that `segcore.files.atomic.put_aside` made of ``path``, oldest first."""
    found: list[Path] = []
    while (aside := aside_path(path, ending, len(found) + 1)).is_file():
        found.append(aside)
    return found


def reading_times(folder: Path, suffix: str) -> Task[dict[str, int]]:
    """Return what `file_times` yields, in steps: a network folder may take a while for each file."""
    found, told = {}, time.monotonic()
    for name, changed in file_times(folder, suffix):
        found[name] = changed
        if time.monotonic() > told + STEP_SECONDS:
            yield Progress(0, 0)
            told = time.monotonic()
    return found


def file_times(folder: Path, suffix: str) -> Iterator[tuple[str, int]]:
    """Yield (relative path without ``suffix``, time of change in ns) of regular files below ``folder``.

    The folder may be missing. Links to folders are not followed.
    """
    stack = [("", folder)]
    while stack:
        prefix, current = stack.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append((f"{prefix}{entry.name}/", current / entry.name))
                    elif entry.name.endswith(suffix) and not entry.name.startswith(".") and entry.is_file():
                        yield prefix + entry.name.removesuffix(suffix), entry.stat().st_mtime_ns
        except OSError:
            continue
