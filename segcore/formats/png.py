"""Format ``png``: ``labels/<image path>.png`` (indexed), ``classes.json``, and ``images.txt`` with the image paths.

A path that does not fit on a line (a line break, space at its ends) stands there as JSON text.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.formats.label_folder import LabelFolder, image_of, line_of, place_of, read_lines
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet


class PngWriter:
    """Writes label maps one by one; `finish` writes the lists.

    Raises ProjectError when the disk refuses, LabelError when the name of an image leads out of the folder.
    """

    def __init__(self, out: Path, classes: ClassSet) -> None:
        self._out, self._classes = out, classes
        self._written: list[str] = []

    def add(self, image_id: str, labels: NDArray[np.uint8]) -> None:
        """Write the uint8 [H, W] label map of an image."""
        path = place_of(self._out / "labels", f"{image_id}.png", self._out / "images.txt")
        with writing(path):
            write_indexed_png(path, labels, self._classes.palette())
        self._written.append(image_id)

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        classes = json.dumps(self._classes.to_json(), indent=2, ensure_ascii=False) + "\n"
        images = "".join(f"{line_of(image_id)}\n" for image_id in self._written)
        for name, text in (("classes.json", classes), ("images.txt", images)):
            with writing(self._out / name):
                atomic_write_bytes(self._out / name, text.encode())


def read_png(folder: Path) -> LabelFolder:
    """Read what `PngWriter` wrote. Raises LabelError or ClassesError."""
    classes = ClassSet.from_file(folder / "classes.json")
    listed = folder / "images.txt"
    try:
        images = [image_of(line) for line in read_lines(listed)]
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{listed} is damaged ({error}).", "Export the data set again.") from error
    return LabelFolder(classes, {name: place_of(folder / "labels", f"{name}.png", listed) for name in images})
