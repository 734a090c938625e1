"""The layout of the formats ``png`` and ``geotiff``: a folder of label maps, ``classes.json`` and ``images.txt``.

A label map has the name of its image without the extension: ``a/x.png`` for ``a/x.jpg``. Images that differ only
in their extension keep it: ``a/x.jpg.png``. Each line of ``images.txt`` is this name without its last extension, a tab,
and the image path; what does not fit on such a line (a line break, a tab, space at its ends) stands there as JSON text.
Until version 0.4 the extension was always kept, and a line was only the image path; such folders can be read too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.formats.label_folder import LabelFolder, image_of, line_of, place_of, read_lines
from segcore.formats.label_names import label_names
from segcore.images.geo.georeference import GeoReference
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet

Write = Callable[[Path, NDArray[np.uint8], NDArray[np.uint8], GeoReference | None], None]
"""Writes a label map with its colours, uint8 RGB [256, 3], and where it lies."""
Read = Callable[[Path], NDArray[np.uint8]]


class ListedWriter:
    """Writes label maps one by one; `finish` writes the lists.

    Raises ProjectError when the disk refuses, LabelError when the name of an image leads out of the folder.

    Parameters
    ----------
    out : Path
        The folder.
    classes : ClassSet
        What the values stand for.
    ids : Sequence[str]
        All images of the project, so that each name fits one image only.
    folder, suffix : str
        Where label maps lie below ``out``, and how their names end.
    write : Write
        Writes one.
    """

    def __init__(
        self, out: Path, classes: ClassSet, ids: Sequence[str], folder: str, suffix: str, write: Write
    ) -> None:
        self._out, self._classes = out, classes
        self._folder, self._suffix, self._write = folder, suffix, write
        self._names = label_names(ids)
        self._written: list[str] = []

    def add(
        self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None, place: GeoReference | None = None
    ) -> None:
        """Write the uint8 [H, W] label map of an image; there is no place for ``image``."""
        path = place_of(self._out / self._folder, self._names[image_id] + self._suffix, self._out / "images.txt")
        with writing(path):
            self._write(path, labels, self._classes.palette(), place)
        self._written.append(image_id)

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        classes = json.dumps(self._classes.to_json(), indent=2, ensure_ascii=False) + "\n"
        images = "".join(f"{line_of(self._names[each])}\t{line_of(each)}\n" for each in self._written)
        for name, text in (("classes.json", classes), ("images.txt", images)):
            with writing(self._out / name):
                atomic_write_bytes(self._out / name, text.encode())


def read_listed(folder: Path, labels: str, suffix: str, read: Read = read_indexed_png) -> LabelFolder:
    """Read what `ListedWriter` wrote. Raises LabelError or ClassesError."""
    classes = ClassSet.from_file(folder / "classes.json")
    listed = folder / "images.txt"
    try:
        lines = [line.rpartition("\t") for line in read_lines(listed)]
        names = {image_of(image): image_of(name or image) for name, _, image in lines}
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{listed} is damaged ({error}).", "Export the data set again.") from error
    files = {image: place_of(folder / labels, name + suffix, listed) for image, name in names.items()}
    return LabelFolder(classes, files, read)
