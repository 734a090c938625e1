"""Format ``cocostuff``: COCO's stuff segmentation; ``annotations/stuff_{train,val,test}.json`` and PNG files.

Each class of an image is one annotation, a run-length encoding of all its pixels, also of the background; pixels of no
annotation are ignored. ``annotations/stuff_<part>_pixelmaps/<name>.png`` (indexed) has the id of the category of each
pixel, 0 for none. All else is as in the format ``coco``, whose reader reads the JSON files; PNG files without them, or
with a JSON file that only names the categories, are read, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.formats import rle
from segcore.formats.coco import CocoWriter
from segcore.formats.coco_set import CocoSet, files_in
from segcore.formats.divided_set import DividedSet
from segcore.formats.export_options import ExportOptions
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.format import Difference, Format
from segcore.formats.json_file import read_json
from segcore.formats.label_names import label_names
from segcore.formats.label_set import LabelSet
from segcore.formats.pieces import Piece
from segcore.formats.written_files import write_labels
from segcore.labels.classes import ClassSet

_PIXELS = "_pixelmaps"


class CocoStuffWriter(CocoWriter):
    """Writes an annotation for each class of an image; see `segcore.formats.format.Writer` for the parameters."""

    kind = "stuff"

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        whole = replace(options, one_object_a_class=True, background=True, tolerance=0.0)
        super().__init__(out, classes, ids, whole)
        self._names = label_names(ids)
        self._palette = np.roll(classes.palette(), 1, axis=0)
        self._palette[0] = 0

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        folder = self._out / "annotations" / f"{self.kind}_{self._options.part(image_id)}{_PIXELS}"
        write_labels(folder / f"{self._names[image_id]}.png", labels + np.uint8(1), self._palette)  # 255 becomes 0
        return super().add(image_id, labels, image)

    def _segmentation(self, piece: Piece, shape: tuple[int, int]) -> tuple[object, float]:
        counts = rle.to_text(rle.encode(piece.in_image(shape)))
        return {"size": list(shape), "counts": counts}, float(piece.mask.sum())


class PixelmapSet(DividedSet):
    """The PNG files alone; their values are the ids of categories, which a JSON file of the same name may have."""

    ignored = frozenset({0})

    def __init__(self, path: Path) -> None:
        folders = _folders(path)
        super().__init__(path, folders)
        for folder in folders:
            file = folder.with_name(f"{folder.name.removesuffix(_PIXELS)}.json")
            if self.classes is None and file.is_file():
                try:
                    categories = read_json(file)["categories"]
                    self.classes = foreign_classes((int(c["id"]), str(c["name"]), c.get("color")) for c in categories)
                    self.classes_file = file
                except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
                    self.warning = f"{file} names no categories."
                except MaskwrightError as error:
                    self.warning = str(error)


def _folders(path: Path) -> list[Path]:
    """Return the folders of pixel maps: ``path`` itself, or those in it or in its folder ``annotations``."""
    found = [path, *sorted(path.glob(f"*{_PIXELS}")), *sorted(path.glob(f"annotations/*{_PIXELS}"))]
    return [each for each in found if each.name.endswith(_PIXELS) and each.is_dir()]


def _has_annotations(path: Path) -> bool:
    """Whether there are COCO files, and only those of stuff."""
    files = list(files_in(path))
    return bool(files) and all(file.name.startswith("stuff_") for file in files)


def _open(path: Path) -> LabelSet:
    """Read the annotations; where the JSON files have none, the pixel maps."""
    folders = [] if path.is_file() else _folders(path)
    if not folders:
        return CocoSet(path)
    if not _has_annotations(path):
        return PixelmapSet(path)
    found = CocoSet(path)
    return found if found.names() else PixelmapSet(path)


def _recognise(path: Path) -> bool:
    return _has_annotations(path) or (path.is_dir() and bool(_folders(path)) and not list(files_in(path)))


COCO_STUFF = Format(
    key="cocostuff",
    title="COCO stuff (JSON files of run-length encodings, PNG files of classes)",
    writer=CocoStuffWriter,
    reader=_open,
    recognise=_recognise,
    labels_folder="annotations",
    images_folder="images",
)
