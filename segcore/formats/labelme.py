"""Format ``labelme``: a JSON file for each image, as labelme writes it beside the image.

Connected pieces are polygons through the centres of their border pixels, for labelme draws a polygon with its border.
Pieces with holes, and those that Pillow would not draw exactly, are masks (a PNG in base64). Images are copied beside
the files on request; otherwise ``imagePath`` is their name, and the files can be put beside them.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.centre_outlines import centre_rings
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_folder import place_of
from segcore.formats.label_names import copy_suffix, label_names
from segcore.formats.labelme_set import drawn, read_labelme, recognise
from segcore.formats.outlines import outlined
from segcore.formats.pieces import Piece
from segcore.formats.written_files import write_json
from segcore.labels.classes import ClassSet

_VERSION = "5.5.0"


class LabelmeWriter(FileWriter):
    """Writes a JSON file for each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._classes, self._names = classes, label_names(ids)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        path = self._path(image_id)
        pieces, different = outlined(labels, self._classes, self._options)
        shapes = [_shape(piece, self._name(piece.value)) for piece in pieces]
        data = {
            "version": _VERSION,
            "flags": {},
            "shapes": shapes,
            "imagePath": self._copy(image_id).name,
            "imageData": None,
            "imageHeight": labels.shape[0],
            "imageWidth": labels.shape[1],
        }
        write_json(path, data, indent=None)
        return different

    def finish(self) -> None:
        """Write ``classes.json``; each file names its classes, but not their order and colours."""
        write_json(self._out / "classes.json", self._classes.to_json())

    def _name(self, value: int) -> str:
        found = self._classes.find(value)
        return "" if found is None else found.name

    def _path(self, image_id: str) -> Path:
        return place_of(self._out, f"{self._names[image_id]}.json", self._out)

    def _copy(self, image_id: str) -> Path:
        path = self._path(image_id)
        return path.with_name(f"{path.name.removesuffix('.json')}{copy_suffix(image_id, self._stacks)}")


def _shape(piece: Piece, label: str) -> dict[str, Any]:
    height, width = piece.mask.shape
    shape: dict[str, Any] = {"label": label, "group_id": None, "description": "", "flags": {}}
    rings = centre_rings(piece.mask)
    if len(rings) == 1 and len(rings[0]) >= 3 and not any(polygon.holes for polygon in piece.polygons):
        polygon = shape | {
            "shape_type": "polygon",
            "points": (rings[0] + (piece.left, piece.top)).tolist(),
            "mask": None,
        }
        box, _ = drawn(polygon, (piece.top + height + 1, piece.left + width + 1))
        if np.array_equal(box, np.pad(piece.mask, ((piece.top, 1), (piece.left, 1)))):
            return polygon
    buffer = io.BytesIO()
    Image.fromarray(piece.mask).save(buffer, format="PNG")
    corners = [[piece.left, piece.top], [piece.left + width - 1, piece.top + height - 1]]
    return shape | {
        "shape_type": "mask",
        "points": corners,
        "mask": base64.b64encode(buffer.getvalue()).decode(),
    }


LABELME = Format(
    key="labelme",
    title="labelme (a JSON file for each image, polygons and masks)",
    writer=LabelmeWriter,
    reader=read_labelme,
    recognise=recognise,
    images_folder="",
    objects=True,
)
