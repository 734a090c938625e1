"""Format ``geotiff``: ``geotiff/<image path>.tif``, ``classes.json`` and ``images.txt``; see `listed`.

Class values with a colour map, 255 as "no data", and the georeference of the image: the tags of a GeoTIFF as they are;
of a world file, tags that say the same. An image without one becomes an ordinary TIFF file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.formats.format import Format
from segcore.formats.label_folder import LabelFolder
from segcore.formats.listed import ListedWriter, read_listed
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import write_world_files
from segcore.images.label_tiff import read_label_tiff, write_label_tiff
from segcore.labels.classes import ClassSet

_FOLDER, _SUFFIX = "geotiff", ".tif"


class GeoTiffWriter(ListedWriter):
    """Writes GeoTIFF files; see `ListedWriter`."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str]) -> None:
        super().__init__(out, classes, ids, _FOLDER, _SUFFIX, _write)


def _write(path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8], place: GeoReference | None) -> None:
    write_label_tiff(path, labels, palette, place)
    if place is not None and not place.tags and place.epsg() is None:  # no tag can say it in words
        write_world_files(path, place)


def _read(path: Path) -> NDArray[np.uint8]:
    found = read_label_tiff(path)
    if found is None:
        raise LabelError(f"{path} has several channels.", "A label map has one value for each pixel.")
    return found[0]


def read_geotiff(folder: Path) -> LabelFolder:
    """Read what `GeoTiffWriter` wrote. Raises LabelError or ClassesError."""
    return read_listed(folder, _FOLDER, _SUFFIX, _read)


GEOTIFF = Format(
    key="geotiff",
    title="GeoTIFF, one file for each image, with the georeference and classes.json",
    writer=GeoTiffWriter,
    read=read_geotiff,
    labels_folder=_FOLDER,
    classes_file="classes.json",
    read_classes=ClassSet.from_file,
)
