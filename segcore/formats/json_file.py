"""JSON files of other programs: read whole with limits, or only their first bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from segcore.errors import LabelError
from segcore.files.regular_file import open_regular, read_regular

SCANNED = 30_000
"""So many entries of a folder are looked at to recognise its format."""
FOLDERS = 100
"""So many of its sub-folders are looked at."""
BOM = b"\xef\xbb\xbf"
"""Of UTF-8; programs of Windows write it."""

_HEAD = 4096


def head_of(path: Path, size: int = _HEAD) -> bytes:
    """Return the first bytes of a file without `BOM`; nothing when it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(size).removeprefix(BOM)
    except OSError:
        return b""


def first_files(folder: Path, ending: str) -> list[Path]:
    """Return the files with this ending among the first entries of a folder and of its sub-folders, sorted by folder.

    A folder of very many files is looked at as quickly as a small one.
    """
    found: list[Path] = []
    folders = [folder]
    for place in folders:
        with suppress(OSError), os.scandir(place) as entries:
            for entry in islice(entries, SCANNED):
                if place is folder and not entry.name.startswith(".") and entry.is_dir():
                    if len(folders) <= FOLDERS:
                        folders.append(Path(entry.path))
                elif entry.name.lower().endswith(ending) and not entry.name.startswith("."):
                    found.append(Path(entry.path))
    return found


def read_json(path: Path, each: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Read a JSON file; ``each`` gets every object of it, as soon as it is read, and returns what to keep.

    Raises LabelError, which names the file and the line.
    """
    try:
        return json.loads(read_regular(path).decode("utf-8-sig"), object_hook=each)
    except json.JSONDecodeError as error:
        raise LabelError(
            f"{path} is not valid JSON (line {error.lineno}: {error.msg}).", "It may be truncated: export it again."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Check that it is a UTF-8 JSON file.") from error
