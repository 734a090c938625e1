"""Format ``coco``: objects in one JSON file, as of COCO's instances; ``annotations/instances_{train,val,test}.json``.

Each connected piece of a class is an object: polygons when it has no holes, otherwise a run-length encoding
(compressed text, ``iscrowd`` 0). Both hold every pixel. The id of a category is the class value and one, for 0 is none
in many trainers; its ``color`` is ours, and other programs pass over it. ``file_name`` is the image path below the
image folder, and images are copied to ``images/`` under this name on request.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write, writing
from segcore.formats import rle
from segcore.formats.coco_set import CocoSet, recognise
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format, LabelWriter
from segcore.formats.image_copy import CopiedImages
from segcore.formats.outlines import outlined, points_of
from segcore.formats.pieces import Piece
from segcore.formats.polygons import area
from segcore.labels.classes import ClassSet


class CocoWriter(LabelWriter):
    """Writes the objects of each image to temporary files, and puts these together in `finish`.

    See `segcore.formats.format.Writer` for the parameters.
    """

    kind = "instances"

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        self._out, self._classes, self._options = out, classes, options
        self._copies = CopiedImages(out / "images", ids)
        self._parts: dict[str, _Part] = {}
        self._images = self._objects = 0

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        part = self._parts.setdefault(self._options.part(image_id), _Part())
        self._images += 1
        height, width = labels.shape
        part.images.append(
            {"id": self._images, "file_name": self._copies.names[image_id], "width": width, "height": height}
        )
        pieces, different = outlined(labels, self._classes, self._options)
        for piece in pieces:
            self._objects += 1
            part.add({"id": self._objects, "image_id": self._images, **self._annotation(piece, (height, width))})
        if image is not None:
            different = [*different, *self._copies.copy(image, image_id)]
        return different

    def finish(self) -> None:
        """Write the JSON files."""
        categories = [
            {"id": each.index + 1, "name": each.name, "supercategory": "", "color": list(each.color)}
            for each in self._classes
        ]
        for name, part in (self._parts or {"train": _Part()}).items():
            path = self._out / "annotations" / f"{self.kind}_{name}.json"
            with writing(path), atomic_write(path) as file:
                head = {"info": {"description": "Maskwright"}, "licenses": [], "categories": categories}
                text = json.dumps({**head, "images": part.images}, ensure_ascii=False)
                file.write(f'{text[:-1]}, "annotations": ['.encode())
                part.copy_to(file)
                file.write(b"]}\n")

    def _annotation(self, piece: Piece, shape: tuple[int, int]) -> dict[str, object]:
        height, width = piece.mask.shape
        segmentation, pixels = self._segmentation(piece, shape)
        return {
            "category_id": piece.value + 1,
            "iscrowd": 0,
            "area": pixels,
            "bbox": [piece.left, piece.top, width, height],
            "segmentation": segmentation,
        }

    def _segmentation(self, piece: Piece, shape: tuple[int, int]) -> tuple[object, float]:
        """Return the outline of an object as COCO has it, and its area in pixels."""
        if any(polygon.holes for polygon in piece.polygons):
            counts = rle.to_text(rle.encode(piece.in_image(shape)))
            return {"size": list(shape), "counts": counts}, float(piece.mask.sum())
        rings = [polygon.outline for polygon in piece.polygons]
        return [[v for point in points_of(ring) for v in point] for ring in rings], sum(area(ring) for ring in rings)


class _Part:
    """Images and objects of one JSON file; the objects wait in a temporary file, for they may be a million."""

    def __init__(self) -> None:
        self.images: list[dict[str, object]] = []
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    def add(self, annotation: dict[str, object]) -> None:
        text = json.dumps(annotation)
        self._file.write(f",\n{text}".encode() if self._file.tell() else text.encode())

    def copy_to(self, file: IO[bytes]) -> None:
        self._file.seek(0)
        shutil.copyfileobj(self._file, file, 1 << 20)


COCO = Format(
    key="coco",
    title="COCO instances (one JSON file, polygons and run-length encoding)",
    writer=CocoWriter,
    reader=CocoSet,
    recognise=recognise,
    labels_folder="annotations",
    images_folder="images",
    objects=True,
)
