"""Format ``ade20kfull``: the full ADE20K data set, with objects.

``images/ADE/{training,validation,test}/<name>_seg.png`` (RGB): the number of a class is R // 10 * 256 + G, 0 is no
label, and B is the number of an object in its image, 255 from the 255th on; each connected piece of a class is one (all
of them with ``--one-object-a-class``). ``<name>.json`` lists the objects with number and name of their class
(``name_ndx``, ``name``), as the edition of 2021 has it. Numbers are 1, 2, 3, … in the order of the classes. Images are
copied beside the files on request; ``images.txt`` is as in the format ``png``. Masks of single objects and of their
parts are neither written nor read. The editions of 2016 and 2017 are read, too.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.ade20k_full_set import SEGMENTS, read_full, recognise
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_names import flat, label_names
from segcore.formats.numbered_writer import in_order
from segcore.formats.pieces import Piece, pieces_of
from segcore.formats.written_files import write_bytes, write_json
from segcore.labels.classes import ClassSet

_FOLDER = "images/ADE"
_PARTS = {"train": "training", "val": "validation", "test": "test"}
_LAST = 255


class Ade20kFullWriter(FileWriter):
    """Writes both files of each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._classes, self._numbers = classes, in_order(classes, 1)
        self._names = label_names(ids, flat)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        colors = np.zeros((*labels.shape, 3), np.uint8)
        objects = []
        for number, piece in enumerate(pieces_of(labels, (), self._options.one_object_a_class), 1):
            rows, columns = piece.mask.shape
            own = self._numbers[piece.value]
            box = colors[piece.top : piece.top + rows, piece.left : piece.left + columns]
            box[piece.mask] = own // 256 * 10, own % 256, min(number, _LAST)
            objects.append(self._object(number, piece))
        buffer = io.BytesIO()
        Image.fromarray(colors).save(buffer, format="PNG", compress_level=1)
        write_bytes(self._path(image_id), buffer.getvalue())
        copy = self._copy(image_id)
        size = [*labels.shape, 3]
        found = {"filename": copy.name, "folder": f"{_FOLDER}/{self._part(image_id)}", "imsize": size}
        write_json(self._json(image_id), {"annotation": {**found, "object": objects}}, None)
        return ()

    def _object(self, number: int, piece: Piece) -> dict[str, object]:
        found = self._classes.find(piece.value)
        name = "" if found is None else found.name
        outline = piece.polygons[0].outline
        return {
            "id": number,
            "name": name,
            "raw_name": name,
            "name_ndx": self._numbers[piece.value],
            "attributes": [],
            "occluded": "no",
            "crop": "0",
            "parts": {"hasparts": [], "ispartof": [], "part_level": 0},
            "instance_mask": "",
            "polygon": {"x": [int(x) for x, _ in outline], "y": [int(y) for _, y in outline]},
        }

    def finish(self) -> None:
        """Write ``images.txt``: the other files belong to an image each."""
        self._write_names(self._names)

    def _files(self, image_id: str) -> list[Path]:
        return [self._path(image_id), self._json(image_id)]

    def _path(self, image_id: str) -> Path:
        return self._out / _FOLDER / self._part(image_id) / f"{self._names[image_id]}{SEGMENTS}"

    def _json(self, image_id: str) -> Path:
        return self._out / _FOLDER / self._part(image_id) / f"{self._names[image_id]}.json"

    def _copy(self, image_id: str) -> Path:
        return self._out / _FOLDER / self._part(image_id) / f"{self._names[image_id]}{self._suffix(image_id)}"

    def _part(self, image_id: str) -> str:
        return _PARTS[self._options.part(image_id)]


ADE20K_FULL = Format(
    key="ade20kfull",
    title="ADE20K full data set (_seg.png with objects, a JSON file each)",
    writer=Ade20kFullWriter,
    reader=read_full,
    recognise=recognise,
    labels_folder="images",
    images_folder="images",
    objects=True,
)
