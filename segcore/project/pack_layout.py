"""Pack layout: what a packed project is called inside its zip file, and the list that it carries."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from segcore.project.image_id import is_image_id
from segcore.project.marks import NAME as MARKS
from segcore.project.project_file import NAME as PROJECT

IMAGES = "images"
LIST = "pack.json"
LABEL_FOLDERS = ("labels", "provenance")
FOLDERS = frozenset({*LABEL_FOLDERS, "predictions", "checkpoints", "journal", IMAGES})
"""Only these folders are packed and unpacked; everything else in a project may be deleted."""
FILES = frozenset({PROJECT, MARKS})
SCHEMA = 1


@dataclass(frozen=True)
class PackList:
    """What ``pack.json`` says: the files of the project's images, relative to its image folder."""

    images: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        """Return the content of ``pack.json``."""
        return json.dumps({"schema": SCHEMA, "images": self.images}, indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> PackList:
        """Read ``pack.json``. Raises ValueError, KeyError, TypeError or RecursionError for another content."""
        data = json.loads(text)
        if not isinstance(data["schema"], int) or data["schema"] > SCHEMA:
            raise ValueError("a newer Maskwright packed it: update Maskwright")
        return cls(tuple(name for name in data["images"] if is_image_id(name)))


def is_packed(path: Path) -> bool:
    """Whether ``path`` is a zip file that holds a project."""
    try:
        if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as archive:
            return PROJECT in archive.namelist()
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False
