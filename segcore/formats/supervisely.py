"""Format ``supervisely``: a project of Supervisely; ``meta.json``, ``<part>/ann/<name>.json``, ``<part>/img/<name>``.

Each connected piece of a class is a bitmap object (all of them with ``--one-object-a-class``): a PNG of its box,
deflated, as base64 text. The parts ``train``, ``val`` and ``test`` are datasets; names are flat image paths with their
suffix. Images are copied on request; Supervisely demands them.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_names import flat, label_names
from segcore.formats.outlines import outlined
from segcore.formats.pieces import Piece
from segcore.formats.supervisely_set import SuperviselySet, recognise
from segcore.formats.written_files import write_json
from segcore.labels.classes import ClassSet


class SuperviselyWriter(FileWriter):
    """Writes a JSON file for each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._classes = classes
        self._titles = {each.index: each.name for each in classes}
        self._names = {each: f"{name}{self._suffix(each)}" for each, name in label_names(ids, flat).items()}

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        height, width = labels.shape
        pieces, different = outlined(labels, self._classes, replace(self._options, tolerance=0.0))
        objects = [self._object(number, piece) for number, piece in enumerate(pieces, 1)]
        size = {"height": height, "width": width}
        write_json(self._path(image_id), {"description": "", "tags": [], "size": size, "objects": objects}, None)
        return different

    def finish(self) -> None:
        """Write ``meta.json`` and ``images.txt``."""
        classes = [
            {"title": self._titles[each.index], "shape": "bitmap", "color": f"#{bytes(each.color).hex().upper()}"}
            for each in self._classes
        ]
        write_json(self._out / "meta.json", {"classes": classes, "tags": [], "projectType": "images"})
        self._write_names(self._names)

    def _object(self, number: int, piece: Piece) -> dict[str, object]:
        return {
            "id": number,
            "classTitle": self._titles[piece.value],
            "description": "",
            "tags": [],
            "geometryType": "bitmap",
            "bitmap": {"data": bitmap_text(piece.mask), "origin": [piece.left, piece.top]},
        }

    def _path(self, image_id: str) -> Path:
        return self._out / self._options.part(image_id) / "ann" / f"{self._names[image_id]}.json"

    def _copy(self, image_id: str) -> Path:
        return self._out / self._options.part(image_id) / "img" / self._names[image_id]


def bitmap_text(mask: NDArray[np.bool_]) -> str:
    """Bool [h, w] -> base64 of a deflated PNG of one bit, as ``Bitmap.data_2_base64`` of Supervisely's SDK."""
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, format="PNG", bits=1)
    return base64.b64encode(zlib.compress(buffer.getvalue(), 1)).decode()


SUPERVISELY = Format(
    key="supervisely",
    title="Supervisely (meta.json, bitmaps)",
    writer=SuperviselyWriter,
    reader=SuperviselySet,
    recognise=recognise,
    images_folder="train",
)
