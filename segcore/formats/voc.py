"""Format ``voc``: the layout of PASCAL VOC 2012 segmentation, with CVAT's ``labelmap.txt``.

``SegmentationClass/<stem>.png`` (indexed, 255 = ignore), ``ImageSets/Segmentation/{train,val,trainval}.txt``,
``labelmap.txt`` (``name:r,g,b::``) and ``ImageSets/images.txt`` (stem, tab, image path). On request, images are copied
to ``JPEGImages/<stem>.jpg``: JPEG files as they are, others as JPEG files, for readers look for no other suffix. A stem
is the image path without its extension, sub-folders joined with ``_``; images that would share a stem keep their
extension (``x.jpg.png``, ``x.tif.png``).

Class values stay what they are in the project; ``labelmap.txt`` keeps them in comments, because its own lines have no
place for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.formats.cvat_mask import recognise as recognise_cvat
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.image_copy import copy_jpeg
from segcore.formats.label_folder import LabelFolder, line_of, place_of, read_lines
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_names import flat, label_names
from segcore.formats.splits import SplitRule
from segcore.formats.voc_labelmap import labelmap_lines, read_labelmap
from segcore.formats.written_files import write_labels, write_lines
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import write_world_files
from segcore.labels.classes import ClassSet


class VocWriter(FileWriter):
    """Writes label maps one by one; `finish` writes the lists. Raises ProjectError when the disk refuses.

    Parameters
    ----------
    out : Path
        The folder.
    classes : ClassSet
        What the values stand for.
    ids : Sequence[str]
        All images of the project, so that their stems are unique.
    options : ExportOptions, optional
        Which images are in ``train.txt``, ``val.txt`` and ``test.txt``.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions | None = None) -> None:
        super().__init__(out, ids, options or ExportOptions())
        self._classes, self._stems = classes, label_names(ids, flat)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        write_labels(self._path(image_id), labels, self._classes.palette())
        return ()

    def _copy_image(self, image: Path, target: Path) -> Sequence[Difference]:
        return copy_jpeg(image, target)

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Write a world file beside the label map of an image."""
        write_world_files(self._path(image_id), place)

    def finish(self) -> None:
        """Write the image sets, ``labelmap.txt`` and ``ImageSets/images.txt``."""
        parts = self._options.parts or SplitRule().divide(self._written)
        sets = {name: [i for i in self._written if parts.get(i, "train") == name] for name in ("train", "val", "test")}
        sets["trainval"] = [i for i in self._written if i not in set(sets["test"])]
        for name, ids in sets.items():
            if ids or name != "test":
                lines = [self._stems[i] for i in ids]
                write_lines(self._out / "ImageSets" / "Segmentation" / f"{name}.txt", lines)
        write_lines(self._out / "labelmap.txt", labelmap_lines(self._classes))
        write_lines(self._out / "ImageSets" / "images.txt", [f"{self._stems[i]}\t{line_of(i)}" for i in self._written])

    def _path(self, image_id: str) -> Path:
        return self._out / "SegmentationClass" / f"{self._stems[image_id]}.png"

    def _copy(self, image_id: str) -> Path:
        return self._out / "JPEGImages" / f"{self._stems[image_id]}.jpg"


def read_voc(folder: Path, image_set: str = "trainval") -> LabelFolder:
    """Read a VOC folder, of `VocWriter` or of another program. Raises LabelError or ClassesError.

    Without the values in comments, the classes of ``labelmap.txt`` are numbered in the order of their lines.
    """
    classes = read_labelmap(folder / "labelmap.txt")
    listed = folder / "ImageSets" / "Segmentation" / f"{image_set}.txt"
    stems = [line.split()[0] for line in read_lines(listed)]
    return LabelFolder(classes, {stem: place_of(folder / "SegmentationClass", f"{stem}.png", listed) for stem in stems})


def _recognise(path: Path) -> bool:
    return (path / "SegmentationClass").is_dir() and not recognise_cvat(path)


VOC = Format(
    key="voc",
    title="PASCAL VOC folder (SegmentationClass, ImageSets, labelmap.txt)",
    writer=VocWriter,
    reader=LabelMapSet,
    recognise=_recognise,
    labels_folder="SegmentationClass",
    shares_folder=True,
    images_folder="JPEGImages",
)
