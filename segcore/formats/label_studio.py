"""Format ``labelstudio``: brush strokes of Label Studio; ``tasks.json``, ``label_config.xml`` and ``classes.json``.

Each connected piece of a class is a region of a task (all of them with ``--one-object-a-class``); the run-length
encoding holds every pixel. A task's image is ``/data/local-files/?d=images/<image path>``: Label Studio finds it when
its local storage is the folder above ``images/``, to which images are copied on request. ``label_config.xml`` is the
labelling interface of such a project.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write, writing
from segcore.formats.brush import encode_brush
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format, LabelWriter
from segcore.formats.image_copy import CopiedImages
from segcore.formats.label_studio_set import LabelStudioSet, recognise
from segcore.formats.outlines import outlined
from segcore.formats.written_files import write_json, write_lines
from segcore.labels.classes import ClassSet

LOCAL = "/data/local-files/?d="


class LabelStudioWriter(LabelWriter):
    """Writes the task of each image to a temporary file, and the lists in `finish`.

    See `segcore.formats.format.Writer` for the parameters.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        self._out, self._classes, self._options = out, classes, options
        self._copies = CopiedImages(out / "images", ids)
        self._labels = {each.index: each.name for each in classes}
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        height, width = labels.shape
        pieces, different = outlined(labels, self._classes, replace(self._options, tolerance=0.0))
        result = [
            {
                "id": f"r{number}",
                "type": "brushlabels",
                "from_name": "tag",
                "to_name": "image",
                "original_width": width,
                "original_height": height,
                "image_rotation": 0,
                "value": {
                    "format": "rle",
                    "rle": encode_brush(piece.mask, piece.left, piece.top, (height, width)),
                    "brushlabels": [self._labels[piece.value]],
                },
            }
            for number, piece in enumerate(pieces)
        ]
        task = {
            "data": {"image": LOCAL + quote(f"images/{self._copies.names[image_id]}")},
            "annotations": [{"result": result}],
        }
        self._file.write(b",\n" if self._file.tell() else b"")
        self._file.write(json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode())
        if image is not None:
            different = [*different, *self._copies.copy(image, image_id)]
        return different

    def finish(self) -> None:
        """Write ``tasks.json``, ``label_config.xml`` and ``classes.json``."""
        path = self._out / "tasks.json"
        with writing(path), atomic_write(path) as file:
            file.write(b"[")
            self._file.seek(0)
            shutil.copyfileobj(self._file, file)
            file.write(b"]\n")
        self._file.close()
        write_json(self._out / "classes.json", self._classes.to_json())
        entries = [
            f'    <Label value={quoteattr(self._labels[each.index])} background="#{bytes(each.color).hex()}"/>'
            for each in self._classes
        ]
        lines = [
            "<View>",
            '  <Image name="image" value="$image" zoom="true"/>',
            '  <BrushLabels name="tag" toName="image">',
            *entries,
            "  </BrushLabels>",
            "</View>",
        ]
        write_lines(self._out / "label_config.xml", lines)


LABEL_STUDIO = Format(
    key="labelstudio",
    title="Label Studio (brush strokes, JSON)",
    writer=LabelStudioWriter,
    reader=LabelStudioSet,
    recognise=recognise,
    images_folder="images",
)
