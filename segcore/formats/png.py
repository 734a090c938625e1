"""Format ``png``: ``labels/<image path>.png`` (indexed), ``classes.json``, and ``images.txt`` with the image paths."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.atomic import atomic_write_bytes, writing
from segcore.classes import ClassSet
from segcore.formats.indexed_png import write_indexed_png
from segcore.formats.label_folder import LabelFolder, read_lines


class PngWriter:
    """Writes label maps one by one; `finish` writes the lists. Raises ProjectError when the disk refuses."""

    def __init__(self, out: Path, classes: ClassSet) -> None:
        self._out, self._classes = out, classes
        self._written: list[str] = []

    def add(self, image_id: str, labels: NDArray[np.uint8]) -> None:
        """Write the uint8 [H, W] label map of an image."""
        path = self._out / "labels" / f"{image_id}.png"
        with writing(path):
            write_indexed_png(path, labels, self._classes.palette())
        self._written.append(image_id)

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        classes = json.dumps(self._classes.to_json(), indent=2, ensure_ascii=False) + "\n"
        images = "".join(f"{image_id}\n" for image_id in self._written)
        for name, text in (("classes.json", classes), ("images.txt", images)):
            with writing(self._out / name):
                atomic_write_bytes(self._out / name, text.encode())


def read_png(folder: Path) -> LabelFolder:
    """Read what `PngWriter` wrote. Raises LabelError or ClassesError."""
    classes = ClassSet.from_file(folder / "classes.json")
    images = read_lines(folder / "images.txt")
    return LabelFolder(classes, {image_id: folder / "labels" / f"{image_id}.png" for image_id in images})
