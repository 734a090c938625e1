"""ExportLog: which images an export has written, so that an interrupted one can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.regular_file import read_regular
from segcore.formats.export_report import LeftOut

NAME = ".maskwright-export.jsonl"


@dataclass(frozen=True)
class Written:
    """An image that was exported: the stamp of its labels then, and what the report has to say of it."""

    stamp: str
    left_out: tuple[LeftOut, ...]
    different: tuple[LeftOut, ...]


class ExportLog:
    """A file in the folder of an export, one line an image; it is removed when the export is complete.

    Parameters
    ----------
    out : Path
        The folder.
    what : Mapping[str, Any]
        Formats, classes, options and images, as JSON values. A log of another export is replaced.
    """

    def __init__(self, out: Path, what: Mapping[str, Any]) -> None:
        self._path = out / NAME
        head = json.dumps(what, sort_keys=True)
        self.before = _read(self._path, head)
        """What an interrupted export wrote, by image."""
        if not self.before:
            with writing(self._path):
                atomic_write_bytes(self._path, f"{head}\n".encode(), durable=False)
        with writing(self._path):
            self._file = self._path.open("ab")

    def note(self, image_id: str, written: Written) -> None:
        """Keep that the files of an image are complete."""
        line = json.dumps({"image": image_id, **asdict(written)})
        with writing(self._path):
            self._file.write(f"\n{line}\n".encode())  # after an end in the middle of a line, this is a new one
            self._file.flush()

    def close(self, complete: bool) -> None:
        """Close the file; a complete export needs it no longer."""
        self._file.close()
        if complete:
            with suppress(OSError):
                self._path.unlink()


def _read(path: Path, head: str) -> dict[str, Written]:
    """Return what the log of the same export says; nothing for another one. A damaged line is left out."""
    try:
        first, *lines = read_regular(path).decode().split("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    if first == head:
        for line in filter(None, lines):
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                parts = [tuple(LeftOut(**each) for each in entry[key]) for key in ("left_out", "different")]
                found[str(entry["image"])] = Written(str(entry["stamp"]), *parts)
    return found
