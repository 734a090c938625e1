"""Format ``cocostuff``: COCO's stuff segmentation; ``annotations/stuff_{train,val,test}.json``.

Each class of an image is one annotation, a run-length encoding of all its pixels, also of the background; pixels of no
annotation are ignore. All else is as in the format ``coco``, whose reader reads these files, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segcore.formats import rle
from segcore.formats.coco import CocoWriter
from segcore.formats.coco_set import CocoSet, files_in
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Format
from segcore.formats.pieces import Piece
from segcore.labels.classes import ClassSet


class CocoStuffWriter(CocoWriter):
    """Writes an annotation for each class of an image; see `segcore.formats.format.Writer` for the parameters."""

    kind = "stuff"

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        whole = replace(options, one_object_a_class=True, background=True, tolerance=0.0)
        super().__init__(out, classes, ids, whole)

    def _segmentation(self, piece: Piece, shape: tuple[int, int]) -> tuple[object, float]:
        counts = rle.to_text(rle.encode(piece.in_image(shape)))
        return {"size": list(shape), "counts": counts}, float(piece.mask.sum())


def _recognise(path: Path) -> bool:
    files = list(files_in(path))
    return bool(files) and all(file.name.startswith("stuff_") for file in files)


COCO_STUFF = Format(
    key="cocostuff",
    title="COCO stuff (one JSON file, a run-length encoding for each class)",
    writer=CocoStuffWriter,
    reader=CocoSet,
    recognise=_recognise,
    labels_folder="annotations",
    images_folder="images",
)
