"""Format ``ometiff``: ``ometiff/<image path>.ome.tif``, ``classes.json`` and ``images.txt`` as in the format ``png``.

Class values in one plane of uint8 with the XML description of OME-TIFF (axes YX); 255 is ignore. Readers of OME-TIFF
(Bio-Formats, napari, QuPath, tifffile) open them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write, writing
from segcore.formats.format import Difference, Format
from segcore.formats.image_names import image_names
from segcore.formats.label_folder import place_of
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_matching import Matches, match_names
from segcore.formats.png import PngWriter
from segcore.images.geo.georeference import GeoReference

_FOLDER = "ometiff"
_ENDING = ".ome.tif"


class OmeTiffWriter(PngWriter):
    """Writes OME-TIFF files, and the lists of `PngWriter`."""

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Say nothing: OME has no place for it."""

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        import tifffile  # only now: 150 ms

        path = self._path(image_id)
        with (
            writing(path),
            atomic_write(path, durable=False) as file,
            tifffile.TiffWriter(tifffile.FileHandle(file, name=path.name), ome=True) as out,
        ):
            out.write(
                labels,
                photometric="minisblack",
                compression="adobe_deflate",
                compressionargs={"level": 1},
                metadata={"axes": "YX", "Name": Path(image_id).name},
            )
        return ()

    def _path(self, image_id: str) -> Path:
        return place_of(self._out / _FOLDER, f"{self._names[image_id]}{_ENDING}", self._out / "images.txt")


class OmeTiffSet(LabelMapSet):
    """The label maps below ``ometiff``, or below any folder; a name without ``.ome`` names the image."""

    def __init__(self, path: Path) -> None:
        super().__init__(path / _FOLDER if (path / _FOLDER).is_dir() else path)
        self._known = image_names(path)

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`."""
        files = {_plain(name): name for name in self.names()}
        named = {self._known.get(plain, plain): name for plain, name in files.items()}
        found = match_names(image_ids, list(named))
        names = {image_id: named[name] for image_id, name in found.names.items()}
        return Matches(names, found.without, tuple(named[name] for name in found.unused))


def _plain(name: str) -> str:
    return name.rpartition(".")[0].removesuffix(".ome")


def _recognise(path: Path) -> bool:
    return path.is_dir() and ((path / _FOLDER).is_dir() or next(path.glob("*.ome.tif*"), None) is not None)


OMETIFF = Format(
    key="ometiff",
    title="OME-TIFF, one file for each image, with classes.json",
    writer=OmeTiffWriter,
    reader=OmeTiffSet,
    recognise=_recognise,
    labels_folder=_FOLDER,
)
