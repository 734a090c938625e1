"""Format ``yolo``: polygons as ultralytics' trainers for segmentation read them.

``labels/<part>/<name>.txt`` has a line for each object: the place of its class, then x and y of each point as share of
width and height. ``data.yaml`` lists the classes; images are copied to ``images/<part>/`` on request. The trainers draw
each polygon with its border, so the points lie within its border pixels; a line of no width leads to each hole.
Larger objects come first, for later ones are drawn over them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.formats.centre_outlines import centre_rings, with_border
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_names import flat, label_names
from segcore.formats.outlines import outlined
from segcore.formats.splits import PARTS
from segcore.formats.written_files import write_lines
from segcore.formats.yolo_set import YoloSet, recognise
from segcore.labels.classes import IGNORE_INDEX, ClassSet


class YoloWriter(FileWriter):
    """Writes a text file for each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._classes, self._names = classes, label_names(ids, flat)
        self._places = {each.index: place for place, each in enumerate(classes)}

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        shape = (labels.shape[0], labels.shape[1])
        pieces, different = outlined(labels, self._classes, self._options)
        drawn = np.full(shape, IGNORE_INDEX, np.uint8)
        wanted = np.full(shape, IGNORE_INDEX, np.uint8)
        lines = []
        for piece in sorted(pieces, key=lambda each: -int(each.mask.sum())):
            height, width = piece.mask.shape
            wanted[piece.top : piece.top + height, piece.left : piece.left + width][piece.mask] = piece.value
            for ring in centre_rings(piece.mask):
                points = ring + np.array([piece.left, piece.top], np.int32)
                rows, columns, mask = with_border(points, shape)
                drawn[rows, columns][mask] = piece.value
                lines.append(f"{self._places[piece.value]} {_shares(points, shape)}")
        write_lines(self._path(image_id), lines)
        changed = int((drawn != wanted).sum())
        if changed:
            different.append(Difference("differ, because polygons approximate their borders", changed))
        return different

    def finish(self) -> None:
        """Write ``data.yaml`` and ``images.txt``."""
        parts = {self._options.part(each) for each in self._written} | {"train"}
        lines = ["path: .", *(f"{part}: images/{part}" for part in PARTS if part in parts)]
        if "val" not in parts:
            lines.append("val: images/train")
        lines += ["names:", *(f"  {place}: {json.dumps(each.name)}" for place, each in enumerate(self._classes))]
        lines += [f"# maskwright: {json.dumps(self._classes.to_json())}"]
        write_lines(self._out / "data.yaml", lines)
        self._write_names(self._names)

    def _path(self, image_id: str) -> Path:
        return self._out / "labels" / self._options.part(image_id) / f"{self._names[image_id]}.txt"

    def _copy(self, image_id: str) -> Path:
        name = f"{self._names[image_id]}{self._suffix(image_id)}"
        return self._out / "images" / self._options.part(image_id) / name


def _shares(points: NDArray[np.int32], shape: tuple[int, int]) -> str:
    """Return pixels as shares of width and height: "x y x y ..."; three points at least.

    A quarter of a pixel is added: some readers cut the decimals off, others round, and both find the pixel then.
    """
    if len(points) < 3:
        points = np.concatenate([points, points, points])[:4]
    shares = (points + 0.25) / (shape[1], shape[0])
    return " ".join(f"{value:.6f}".rstrip("0") for value in shares.ravel().tolist())


YOLO = Format(
    key="yolo",
    title="YOLO segmentation (a text file with polygons for each image, data.yaml)",
    writer=YoloWriter,
    reader=YoloSet,
    recognise=recognise,
    labels_folder="labels",
    images_folder="images",
    objects=True,
)
