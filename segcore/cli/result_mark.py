"""The mark of a result: by which model and with which options a label map was predicted, in the PNG itself.

So a run that goes on needs no list of what is done, which several machines would have to share: a result that bears
the mark of this run is complete, because it is written last and at once; any other is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segcore.errors import LabelError
from segcore.images.indexed_png import read_notes

KEY = "maskwright-predicted"
_CHUNK = 1 << 20
_HEAD = 1 << 16
"""Bytes: the mark stands before the pixels."""


def mark_of(model: str, options: Mapping[str, Any]) -> str:
    """Return 16 hexadecimal digits that are the same for the same model and options only.

    ``model``: a name of the catalogue, a file, or a folder (by the sizes of its files); ``options``: what decides the
    labels, values with a ``repr``. Raises OSError.
    """
    digest = hashlib.sha256(json.dumps({key: repr(value) for key, value in sorted(options.items())}).encode())
    path = Path(model)
    if path.is_file():
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            digest.update(f"{each.relative_to(path).as_posix()} {each.stat().st_size}\n".encode())
    else:
        digest.update(os.fsencode(model))
    return digest.hexdigest()[:16]


def has_mark(labels: Path, mark: str) -> bool:
    """Whether a label map bears this mark; False for what is missing or cannot be read."""
    try:
        with labels.open("rb") as file:
            return read_notes(file.read(_HEAD)).get(KEY) == mark
    except (OSError, LabelError):
        return False
