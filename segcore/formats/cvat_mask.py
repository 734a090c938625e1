"""Format ``cvatmask``: CVAT's "Segmentation mask 1.1", as CVAT writes it and reads it.

``SegmentationClass/<name>.png`` has the colours of the classes (RGB), ``SegmentationObject/<name>.png`` a colour for
each object, PASCAL VOC's of its number; each connected piece of a class is one (all of them with
``--one-object-a-class``). ``labelmap.txt`` (``name:r,g,b:parts:actions``) begins with the background, which is black
and also stands for pixels without a label; ``ImageSets/Segmentation/default.txt`` lists the names. Two classes of one
colour are told apart by a new colour for the second. Images are copied to ``JPEGImages/`` on request.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.formats.camvid_colors import told_apart
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_names import flat, label_names
from segcore.formats.pieces import pieces_of
from segcore.formats.voc_labelmap import BACKGROUND_LINE, has_exact_names, labelmap_lines
from segcore.formats.written_files import write_bytes, write_lines
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.palette import BACKGROUND_COLOR, is_background, voc_color

_LABELS, _OBJECTS, _IMAGES = "SegmentationClass", "SegmentationObject", "JPEGImages"
_LIST = Path("ImageSets", "Segmentation", "default.txt")


class CvatMaskWriter(FileWriter):
    """Writes both files of each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._names = label_names(ids, flat)
        self._background = [each.index for each in classes if is_background(each.name)][:1]
        for index in self._background:
            classes = classes.changed(index, color=BACKGROUND_COLOR)
        self._classes = told_apart(classes, {BACKGROUND_COLOR}, self._background)
        self._table = self._classes.palette()
        self._table[IGNORE_INDEX] = BACKGROUND_COLOR

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        objects = np.zeros((*labels.shape, 3), np.uint8)
        for number, piece in enumerate(pieces_of(labels, self._background, self._options.one_object_a_class), 1):
            rows, columns = piece.mask.shape
            objects[piece.top : piece.top + rows, piece.left : piece.left + columns][piece.mask] = voc_color(number)
        for path, colors in zip(self._files(image_id), (self._table[labels], objects), strict=True):
            buffer = io.BytesIO()
            Image.fromarray(colors).save(buffer, format="PNG", compress_level=1)
            write_bytes(path, buffer.getvalue())
        ignored = int((labels == IGNORE_INDEX).sum()) if self._background else 0
        return [Difference("became background, because CVAT's masks cannot ignore pixels", ignored)] if ignored else ()

    def finish(self) -> None:
        """Write ``labelmap.txt`` and the list of images."""
        first = [each for each in self._classes if each.index in self._background]
        others = [each for each in self._classes if each.index not in self._background]
        head, _, *lines = labelmap_lines(ClassSet((*first, *others)))
        write_lines(self._out / "labelmap.txt", [head, *([] if first else [BACKGROUND_LINE]), *lines])
        write_lines(self._out / _LIST, [self._names[each] for each in self._written])

    def _files(self, image_id: str) -> list[Path]:
        return [self._path(image_id), self._out / _OBJECTS / f"{self._names[image_id]}.png"]

    def _path(self, image_id: str) -> Path:
        return self._out / _LABELS / f"{self._names[image_id]}.png"

    def _copy(self, image_id: str) -> Path:
        return self._out / _IMAGES / f"{self._names[image_id]}{self._suffix(image_id)}"


class CvatMaskSet(LabelMapSet):
    """Label maps in the colours of ``labelmap.txt``.

    Black is no label where the project has no background, unless our own ``labelmap.txt`` says that it is a class:
    that of CVAT always has it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        black = any(each.color == BACKGROUND_COLOR for each in self.classes or ())
        ours = black and self.classes_file is not None and has_exact_names(self.classes_file)
        self.ignored = frozenset() if ours else frozenset({BACKGROUND_COLOR})


def recognise(path: Path) -> bool:
    """Whether a folder holds masks as CVAT exports them: with ``default.txt``, the only list of images."""
    return (path / _LABELS).is_dir() and (path / _LIST).is_file()


CVAT_MASK = Format(
    key="cvatmask",
    title="CVAT segmentation mask 1.1 (SegmentationClass, SegmentationObject)",
    writer=CvatMaskWriter,
    reader=CvatMaskSet,
    recognise=recognise,
    labels_folder=_LABELS,
    images_folder=_IMAGES,
    objects=True,
)
