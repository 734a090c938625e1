"""Format ``png``: ``labels/<image path>.png`` (indexed), ``classes.json`` and ``images.txt``.

A label map has the name of its image without the extension: ``labels/a/x.png`` for ``a/x.jpg``. Images that differ
only in their extension keep it: ``labels/a/x.jpg.png``. Each line of ``images.txt`` is this name without ``.png``, a
tab, and the image path; what does not fit on such a line (a line break, a tab, space at its ends) stands there as JSON
text. Until version 0.4 the extension was always kept, and a line was only the image path; such folders can be read too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_folder import LabelFolder, image_of, place_of, read_lines
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_names import label_names
from segcore.formats.written_files import write_json, write_labels
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import write_world_files
from segcore.labels.classes import ClassSet


class PngWriter(FileWriter):
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
    options : ExportOptions, optional
        None of them changes this format.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions | None = None) -> None:
        super().__init__(out, ids, options or ExportOptions())
        self._classes, self._names = classes, label_names(ids)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        write_labels(self._path(image_id), labels, self._classes.palette())
        return ()

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Write a world file beside the label map of an image."""
        write_world_files(self._path(image_id), place)

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        write_json(self._out / "classes.json", self._classes.to_json())
        self._write_names(self._names)

    def _copy(self, image_id: str) -> None:
        """Nowhere: the layout has no place for images."""

    def _path(self, image_id: str) -> Path:
        return place_of(self._out / "labels", f"{self._names[image_id]}.png", self._out / "images.txt")


def read_png(folder: Path) -> LabelFolder:
    """Read what `PngWriter` wrote. Raises LabelError or ClassesError."""
    classes = ClassSet.from_file(folder / "classes.json")
    listed = folder / "images.txt"
    try:
        lines = [line.rpartition("\t") for line in read_lines(listed)]
        names = {image_of(image): image_of(name or image) for name, _, image in lines}
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{listed} is damaged ({error}).", "Export the data set again.") from error
    files = {image: place_of(folder / "labels", f"{name}.png", listed) for image, name in names.items()}
    return LabelFolder(classes, files)


def _recognise(path: Path) -> bool:
    return (path / "labels").is_dir() and (path / "classes.json").is_file()


PNG = Format(
    key="png",
    title="Indexed PNG, one file for each image, with classes.json",
    writer=PngWriter,
    reader=LabelMapSet,
    recognise=_recognise,
    labels_folder="labels",
    shares_folder=True,
)
