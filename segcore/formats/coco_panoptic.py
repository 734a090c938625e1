"""Format ``panoptic``: COCO's panoptic segmentation; ``annotations/panoptic_{train,val,test}.json`` and PNG files.

``annotations/panoptic_<part>/<name>.png`` has the id of the segment of each pixel in its colours: R + 256 G + 65536 B;
0 is ignore. Each connected piece of a class is a segment (all of them with
``--one-object-a-class``). The id of a category is the class value and one. All categories have ``isthing`` 1, unless
one object a class is wanted. Images are copied to ``images/`` on request.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.coco_panoptic_set import PanopticSet, recognise
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format, LabelWriter
from segcore.formats.image_copy import CopiedImages
from segcore.formats.label_names import flat, label_names
from segcore.formats.pieces import pieces_of
from segcore.formats.written_files import write_bytes, write_json
from segcore.labels.classes import ClassSet


class PanopticWriter(LabelWriter):
    """Writes a PNG file for each image, and the JSON files in `finish`; see `segcore.formats.format.Writer`."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        self._out, self._classes, self._options = out, classes, options
        self._copies = CopiedImages(out / "images", ids)
        self._names = label_names(ids, flat)
        self._images: dict[str, list[dict[str, object]]] = {}
        self._annotations: dict[str, list[dict[str, object]]] = {}
        self._count = 0

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        part, (height, width) = self._options.part(image_id), labels.shape
        self._count += 1
        numbers = np.zeros(labels.shape, np.uint32)
        segments: list[dict[str, object]] = []
        for number, piece in enumerate(pieces_of(labels, (), self._options.one_object_a_class), 1):
            rows, columns = piece.mask.shape
            numbers[piece.top : piece.top + rows, piece.left : piece.left + columns][piece.mask] = number
            segments.append(
                {
                    "id": number,
                    "category_id": piece.value + 1,
                    "area": int(piece.mask.sum()),
                    "bbox": [piece.left, piece.top, columns, rows],
                    "iscrowd": 0,
                }
            )
        name = f"{self._names[image_id]}.png"
        buffer = io.BytesIO()
        colors = np.stack([numbers & 255, numbers >> 8 & 255, numbers >> 16], 2).astype(np.uint8)
        Image.fromarray(colors).save(buffer, format="PNG", compress_level=1)
        write_bytes(self._out / "annotations" / f"panoptic_{part}" / name, buffer.getvalue())
        entry = {"id": self._count, "file_name": self._copies.names[image_id], "width": width, "height": height}
        self._images.setdefault(part, []).append(entry)
        self._annotations.setdefault(part, []).append(
            {"image_id": self._count, "file_name": name, "segments_info": segments}
        )
        return () if image is None else self._copies.copy(image, image_id)

    def finish(self) -> None:
        """Write the JSON files."""
        things = int(not self._options.one_object_a_class)
        categories = [
            {
                "id": each.index + 1,
                "name": each.name,
                "supercategory": each.name,
                "isthing": things,
                "color": list(each.color),
            }
            for each in self._classes
        ]
        for part in self._images or {"train": []}:
            data = {
                "info": {"description": "Maskwright"},
                "licenses": [],
                "categories": categories,
                "images": self._images.get(part, []),
                "annotations": self._annotations.get(part, []),
            }
            write_json(self._out / "annotations" / f"panoptic_{part}.json", data, None)


PANOPTIC = Format(
    key="panoptic",
    title="COCO panoptic (segments in PNG files)",
    writer=PanopticWriter,
    reader=PanopticSet,
    recognise=recognise,
    labels_folder="annotations",
    images_folder="images",
)
