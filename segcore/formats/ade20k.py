"""Format ``ade20k``: the layout of ADE20K's scene parsing (ADEChallengeData2016).

``annotations/{training,validation,test}/<name>.png`` (grey): classes are 1, 2, 3, … in their order, 0 is ignore, as
``reduce_zero_label=True`` of mmsegmentation has it; ``objectInfo<N>.txt`` names them, number, tab and name on each
line. Images are copied to ``images/{training,validation,test}`` on request: as PNG where they have different suffixes.
``classes.json`` and ``images.txt`` are as in the format ``png``. The full ADE20K is the format ``ade20kfull``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, MaskwrightError
from segcore.formats.divided_set import DividedSet
from segcore.formats.export_options import ExportOptions
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.format import Format
from segcore.formats.label_folder import read_lines
from segcore.formats.label_names import flat, label_names
from segcore.formats.numbered_writer import NumberedWriter, common_suffix, in_order
from segcore.formats.written_files import write_grey, write_lines
from segcore.labels.classes import ClassSet

_PARTS = {"train": "training", "val": "validation", "test": "test"}
_LABELS, _IMAGES = "annotations", "images"


class Ade20kWriter(NumberedWriter):
    """See `segcore.formats.format.Writer` for the parameters. Raises ClassesError for more than 254 classes."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, classes, label_names(ids, flat), options, in_order(classes, 1), 0)
        self._common = common_suffix(ids)

    def finish(self) -> None:
        """Write the lists and ``objectInfo<N>.txt``."""
        super().finish()
        lines = [f"{each.index}\t{' '.join(each.name.split())}" for each in self._classes]
        write_lines(self._out / f"objectInfo{len(lines)}.txt", ["Idx\tName", *lines])

    def _write_values(self, path: Path, values: NDArray[np.uint8]) -> None:
        write_grey(path, values)

    def _path(self, image_id: str) -> Path:
        return self._out / _LABELS / self._part(image_id) / f"{self._names[image_id]}.png"

    def _copy(self, image_id: str) -> Path:
        return self._out / _IMAGES / self._part(image_id) / f"{self._names[image_id]}{self._common}"

    def _part(self, image_id: str) -> str:
        return _PARTS[self._options.part(image_id)]


class Ade20kSet(DividedSet):
    """The label maps below ``annotations``; classes are those of ``classes.json`` or ``objectInfo*.txt``."""

    ignored = frozenset({0})

    def __init__(self, path: Path) -> None:
        super().__init__(path, [path / _LABELS / part for part in _PARTS.values()])
        lists = sorted(path.glob("objectInfo*.txt"))
        if self.classes is None and lists:
            try:
                self.classes, self.classes_file = _read_names(lists[0]), lists[0]
            except MaskwrightError as error:
                self.warning = str(error)


def _read_names(path: Path) -> ClassSet:
    """Read lines of columns with tabs, named by the first: ``Idx`` and ``Name``. Raises LabelError or ClassesError."""
    first, *rows = ([cell.strip() for cell in line.split("\t")] for line in read_lines(path))
    try:
        number, name = first.index("Idx"), first.index("Name")
        return foreign_classes((int(row[number]), row[name], None) for row in rows)
    except (ValueError, IndexError) as error:
        raise LabelError(f"{path} is damaged ({error}).", "Its columns must be Idx and Name, with tabs.") from error


def _recognise(path: Path) -> bool:
    return any((path / _LABELS / part).is_dir() for part in ("training", "validation"))


ADE20K = Format(
    key="ade20k",
    title="ADE20K (annotations, 0 = ignore)",
    writer=Ade20kWriter,
    reader=Ade20kSet,
    recognise=_recognise,
    labels_folder=_LABELS,
    images_folder=_IMAGES,
)
