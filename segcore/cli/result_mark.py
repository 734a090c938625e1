"""The mark of a result: by which model and with which options a label map was predicted, in the PNG itself.

So a run that goes on needs no list of what is done, which several machines would have to share: a result that bears
the mark of this run is complete, because it is written last and at once; any other is made again. It also names the
picture that it was made of, and is made again when the image file was replaced by another one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segcore.errors import ImageError, LabelError
from segcore.images.indexed_png import read_notes
from segcore.images.picture import Picture

KEY, _PICTURE = "maskwright-predicted", "maskwright-picture"
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


def notes_of(mark: str, picture: Picture) -> dict[str, str]:
    """Return the texts that are stored in a label map made of this picture."""
    return {KEY: mark, _PICTURE: json.dumps(picture)}


def is_result(labels: Path, mark: str, image: Path) -> bool:
    """Whether a label map bears this mark and was made of the picture that ``image`` is now.

    The image is read only when its file was changed since, perhaps by a copy. False for what cannot be read.
    """
    try:
        with labels.open("rb") as file:
            notes = read_notes(file.read(_HEAD))
        if notes.get(KEY) != mark:
            return False
        picture = Picture.from_json(json.loads(notes.get(_PICTURE, "null")))
        return picture is None or picture.is_in(image)  # earlier versions noted none
    except (OSError, LabelError, ImageError, ValueError, RecursionError):
        return False
