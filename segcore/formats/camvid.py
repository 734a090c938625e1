"""Format ``camvid``: colours, as CamVid has them.

``LabeledApproved_full/<name>_L.png`` (RGB), ``label_colors.txt`` (``r g b<tab>name``), ``train.txt``, ``val.txt`` and
``test.txt`` (names of images); images are copied to ``701_StillsRaw_full/`` on request. Two classes of one colour are
told apart by a new colour for the second. Ignore is black where no class is, otherwise VOC's colour for it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.camvid_colors import NAME, VOID, color_lines, told_apart
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_names import flat, label_names
from segcore.formats.splits import PARTS
from segcore.formats.written_files import write_bytes, write_lines
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.palette import IGNORE_COLOR


class CamvidWriter(FileWriter):
    """Writes label maps in colours; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._names = label_names(ids, flat)
        self._classes = told_apart(classes, {IGNORE_COLOR})
        black = any(each.color == VOID for each in self._classes)
        self._ignore = IGNORE_COLOR if black else VOID
        self._table = self._classes.palette()
        self._table[IGNORE_INDEX] = self._ignore

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        buffer = io.BytesIO()
        Image.fromarray(self._table[labels]).save(buffer, format="PNG", compress_level=1)
        write_bytes(self._path(image_id), buffer.getvalue())
        return ()

    def finish(self) -> None:
        """Write ``label_colors.txt`` and the lists of images."""
        write_lines(self._out / NAME, color_lines(self._classes, self._ignore))
        for part in PARTS:
            names = [self._copy(each).name for each in self._written if self._options.part(each) == part]
            if names or part != "test":
                write_lines(self._out / f"{part}.txt", names)

    def _path(self, image_id: str) -> Path:
        return self._out / "LabeledApproved_full" / f"{self._names[image_id]}_L.png"

    def _copy(self, image_id: str) -> Path:
        return self._out / "701_StillsRaw_full" / f"{self._names[image_id]}{self._suffix(image_id)}"


class CamvidSet(LabelMapSet):
    """Label maps in colours; black is no label, unless the list of classes names a class of this colour."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        is_class = any(each.color == VOID for each in self.classes or ())  # CamVid's own is called Void
        self.ignored = frozenset() if is_class else frozenset({VOID})


def _recognise(path: Path) -> bool:
    return (path / NAME).is_file() or (path / "LabeledApproved_full").is_dir()


CAMVID = Format(
    key="camvid",
    title="CamVid (label maps in colours, label_colors.txt)",
    writer=CamvidWriter,
    reader=CamvidSet,
    recognise=_recognise,
    labels_folder="LabeledApproved_full",
    images_folder="701_StillsRaw_full",
)
