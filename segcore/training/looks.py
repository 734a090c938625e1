"""Looks: how often the same held-out images have decided whether states of a training replace the same model."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from segcore.files.atomic import atomic_write_bytes
from segcore.files.regular_file import open_regular

MAX_BYTES = 10_000
RENEWED = 2
"""With so many times as many held-out images as at the first look, the looks are counted anew."""


class Looks:
    """Counts looks in a file, so that a training which goes on later goes on counting.

    They are counted anew for another model in use, and once most of the held-out images are new.

    Parameters
    ----------
    path : Path
        The file; a missing or damaged one counts as none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model, self._images, self._count = "", 0, 0
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError), open_regular(path) as file:
            data = json.loads(file.read(MAX_BYTES))
            found = str(data["model"]), int(data["images"]), int(data["looks"])
            if min(found[1:]) >= 0:
                self._model, self._images, self._count = found

    def next(self, model: str, images: int) -> int:
        """Return the number, from 1 on, of the next look at so many held-out images, against this model."""
        if self._count == 0 or model != self._model or images >= RENEWED * self._images:
            self._model, self._images, self._count = model, images, 0
        return self._count + 1

    def count(self) -> None:
        """Say that the look of `next` has decided; when the file cannot be written, only this object knows it."""
        self._count += 1
        data = {"model": self._model, "images": self._images, "looks": self._count}
        with suppress(OSError):
            atomic_write_bytes(self._path, json.dumps(data).encode("utf-8", "backslashreplace"))
