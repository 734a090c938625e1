"""Format ``ometiff``: ``ometiff/<image path>.ome.tif``, ``classes.json`` and ``images.txt`` as in the format ``png``.

Class values of uint8 with the XML description of OME-TIFF, axes YX; 255 is ignore. On request all images of a stack are
one file with the axes and the voxel size of the stack, where an image without labels is 255 everywhere. Readers of
OME-TIFF (Bio-Formats, napari, QuPath, tifffile) open them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write, writing
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format
from segcore.formats.image_names import image_names
from segcore.formats.label_folder import place_of
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_matching import Matches, match_names
from segcore.formats.label_stacks import labels_of_slices
from segcore.formats.png import PngWriter
from segcore.formats.volumes import Slices, Volumes, volume_names, volumes_in
from segcore.images.geo.georeference import GeoReference
from segcore.images.page_path import split_id
from segcore.images.voxel_size import VoxelSize
from segcore.labels.classes import IGNORE_INDEX, ClassSet

_FOLDER = "ometiff"
_ENDING = ".ome.tif"
_AXES = {"frame": "T", "slice": "Z", "page": "Z"}
_MICROMETRES = 1000.0
"""In a millimetre."""


class OmeTiffWriter(PngWriter):
    """Writes OME-TIFF files, and the lists of `PngWriter`."""

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Say nothing: OME has no place for it."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions | None = None) -> None:
        super().__init__(out, classes, ids, options)
        volumes = volumes_in(ids, each_frame=False) if self._options.volumes else []
        self._volumes = Volumes(volumes, self._write_volume)
        taken = [name for image_id, name in self._names.items() if image_id not in self._volumes]
        self._names |= volume_names(volumes, taken, str)

    def measure(self, image_id: str, size: VoxelSize) -> None:
        """See `MeasuredWriter`."""
        self._volumes.measure(image_id, size)

    def keep(self, image_id: str) -> bool:
        """See `LabelWriter`; a volume begins anew."""
        return image_id not in self._volumes and super().keep(image_id)

    def finish(self) -> None:
        """Write the last volume and the lists, in which a volume has the path of its stack."""
        self._volumes.finish()
        single = [each for each in self._written if each not in self._volumes]
        self._written = [*single, *(volume.name for volume in self._volumes.written)]
        super().finish()

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        if image_id in self._volumes:
            self._volumes.add(image_id, labels)
        else:
            self._write_ome(image_id, iter([labels]), labels.shape, {"axes": "YX"})
        return ()

    def _write_volume(self, slices: Slices) -> None:
        axes = [_AXES[noun] for noun, _ in slices.volume.counts]
        lengths = [number for _, number in slices.volume.counts]
        if len(set(axes)) < len(axes):
            axes, lengths = ["Z"], [len(slices.volume.images)]
        metadata: dict[str, object] = {"axes": "".join([*axes, "YX"])}
        for axis in "XYZ" if slices.size is not None else "":
            metadata[f"PhysicalSize{axis}"] = getattr(slices.size, axis.lower()) * _MICROMETRES
            metadata[f"PhysicalSize{axis}Unit"] = "µm"
        self._write_ome(slices.volume.name, slices.labels(IGNORE_INDEX), (*lengths, *slices.shape), metadata)

    def _write_ome(
        self, image_id: str, pages: Iterator[NDArray[np.uint8]], shape: tuple[int, ...], metadata: dict[str, object]
    ) -> None:
        import tifffile  # only now: 150 ms

        path = self._path(image_id)
        with (
            writing(path),
            atomic_write(path, durable=False) as file,
            tifffile.TiffWriter(tifffile.FileHandle(file, name=path.name), ome=True) as out,
        ):
            out.write(
                pages,
                shape=shape,
                dtype=np.uint8,
                photometric="minisblack",
                compression="adobe_deflate",
                compressionargs={"level": 1},
                metadata={**metadata, "Name": Path(image_id).name},
            )

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
        names = labels_of_slices(self.folder, image_ids, names)
        used = {split_id(name)[0] for name in names.values()}
        without = tuple(image_id for image_id in image_ids if image_id not in names)
        return Matches(names, without, tuple(name for name in named.values() if name not in used))


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
    volumes=True,
)
