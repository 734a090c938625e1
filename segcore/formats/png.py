"""Format ``png``: ``labels/<image path>.png`` (indexed), ``classes.json`` and ``images.txt``; see `listed`.

Where an image has a georeference, a world file lies beside its label map.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.formats.format import Format
from segcore.formats.label_folder import LabelFolder
from segcore.formats.listed import ListedWriter, read_listed
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import write_world_files
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet

_FOLDER, _SUFFIX = "labels", ".png"


class PngWriter(ListedWriter):
    """Writes indexed PNG files; see `ListedWriter`."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str]) -> None:
        super().__init__(out, classes, ids, _FOLDER, _SUFFIX, write_png_with_place)


def write_png_with_place(
    path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8], place: GeoReference | None
) -> None:
    """Write a label map, and where it lies beside it. Raises OSError or ProjectError."""
    write_indexed_png(path, labels, palette)
    write_world_files(path, place)


def read_png(folder: Path) -> LabelFolder:
    """Read what `PngWriter` wrote. Raises LabelError or ClassesError."""
    return read_listed(folder, _FOLDER, _SUFFIX)


PNG = Format(
    key="png",
    title="Indexed PNG, one file for each image, with classes.json",
    writer=PngWriter,
    read=read_png,
    labels_folder=_FOLDER,
    classes_file="classes.json",
    read_classes=ClassSet.from_file,
)
