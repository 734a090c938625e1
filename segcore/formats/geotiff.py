"""Format ``geotiff``: ``geotiff/<image path>.tif``, ``classes.json`` and ``images.txt`` as in the format ``png``.

Class values with a colour map, 255 as "no data", and the georeference of the image: the tags of a GeoTIFF as they are;
of a world file, tags that say the same. An image without one becomes an ordinary TIFF file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import writing
from segcore.formats.format import Difference, Format
from segcore.formats.label_folder import place_of
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_set import LabelSet
from segcore.formats.png import PngWriter
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import write_world_files
from segcore.images.label_tiff import write_label_tiff

_FOLDER = "geotiff"


class GeoTiffWriter(PngWriter):
    """Writes GeoTIFF files, and the lists of `PngWriter`."""

    _place: tuple[str, GeoReference] | None = None

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Keep where the next image lies; what no tag can say (WKT without a number) is written beside its labels."""
        self._place = image_id, place
        if not place.tags and place.epsg() is None:
            write_world_files(self._path(image_id), place)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        place = self._place[1] if self._place is not None and self._place[0] == image_id else None
        path = self._path(image_id)
        with writing(path):
            write_label_tiff(path, labels, self._classes.palette(), place)
        return ()

    def _path(self, image_id: str) -> Path:
        return place_of(self._out / _FOLDER, f"{self._names[image_id]}.tif", self._out / "images.txt")


def _open(path: Path) -> LabelSet:
    return LabelMapSet(path / _FOLDER if (path / _FOLDER).is_dir() else path)


def _recognise(path: Path) -> bool:
    return (path / _FOLDER).is_dir() and (path / "classes.json").is_file()


GEOTIFF = Format(
    key="geotiff",
    title="GeoTIFF, one file for each image, with the georeference and classes.json",
    writer=GeoTiffWriter,
    reader=_open,
    recognise=_recognise,
    labels_folder=_FOLDER,
    shares_folder=True,
)
