"""Format ``cvat``: ``annotations.xml``, "CVAT for images 1.1".

Each connected piece of a class is an object: a polygon along the edges of its pixels when it has no holes, otherwise a
mask (run lengths, row by row in its box). Images are copied to ``images/`` on request; their names are their paths.
CVAT's "Segmentation mask 1.1" is the layout of the format ``voc``.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write, writing
from segcore.formats import rle
from segcore.formats.cvat_set import CvatSet, recognise
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format, LabelWriter
from segcore.formats.image_copy import CopiedImages
from segcore.formats.outlines import outlined, points_of
from segcore.formats.pieces import Piece
from segcore.labels.classes import ClassSet

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CvatWriter(LabelWriter):
    """Writes the objects of each image to a temporary file, and the XML file in `finish`.

    See `segcore.formats.format.Writer` for the parameters.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        self._out, self._classes, self._options = out, classes, options
        self._copies = CopiedImages(out / "images", ids)
        self._names = {each.index: _plain(each.name) for each in classes}
        self._images = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        height, width = labels.shape
        pieces, different = outlined(labels, self._classes, self._options)
        part = quoteattr(self._options.part(image_id))
        lines = [
            f'  <image id="{self._images}" name={quoteattr(_plain(self._copies.names[image_id]))} subset={part}'
            f' width="{width}" height="{height}">'
        ]
        lines += [self._object(each) for each in pieces]
        self._file.write("".join(f"{line}\n" for line in [*lines, "  </image>"]).encode())
        self._images += 1
        if image is not None:
            different = [*different, *self._copies.copy(image, image_id)]
        return different

    def finish(self) -> None:
        """Write ``annotations.xml``."""
        path = self._out / "annotations.xml"
        labels = "".join(
            f"        <label><name>{escape(self._names[each.index])}</name><color>#{bytes(each.color).hex()}</color>"
            "<type>any</type><attributes></attributes></label>\n"
            for each in self._classes
        )
        head = (
            '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n'
            f"      <name>Maskwright</name>\n      <size>{self._images}</size>\n      <mode>annotation</mode>\n"
            f"      <labels>\n{labels}      </labels>\n    </task>\n  </meta>\n"
        )
        with writing(path), atomic_write(path) as file:
            file.write(head.encode())
            self._file.seek(0)
            shutil.copyfileobj(self._file, file)
            file.write(b"</annotations>\n")
        self._file.close()

    def _object(self, piece: Piece) -> str:
        label = quoteattr(self._names[piece.value])
        if len(piece.polygons) == 1 and not piece.polygons[0].holes:
            points = ";".join(f"{x},{y}" for x, y in points_of(piece.polygons[0].outline))
            return f'    <polygon label={label} source="manual" occluded="0" points="{points}" z_order="0"></polygon>'
        runs = ", ".join(map(str, rle.encode(piece.mask.T)))
        height, width = piece.mask.shape
        return (
            f'    <mask label={label} source="manual" occluded="0" rle="{runs}" left="{piece.left}" top="{piece.top}"'
            f' width="{width}" height="{height}" z_order="0"></mask>'
        )


def _plain(name: str) -> str:
    return _NOT_XML.sub("_", name)


CVAT = Format(
    key="cvat",
    title="CVAT for images 1.1 (annotations.xml)",
    writer=CvatWriter,
    reader=CvatSet,
    recognise=recognise,
    labels_folder="",
    images_folder="images",
)
