"""Format ``mmseg``: the layout of mmsegmentation's ``BaseSegDataset``.

``ann_dir/{train,val,test}/<name>.png``: classes are 0, 1, 2, … in their order, 255 is ignore, as
``reduce_zero_label=False`` has it (with True, 0 is ignore and the first class is 1; mmsegmentation then subtracts one).
``dataset.json`` holds the data set's arguments besides its folders: names, colours, suffixes, ``reduce_zero_label``.
Images are copied to ``img_dir/{train,val,test}`` on request: as PNG where they have different suffixes, because
mmsegmentation wants one for all. ``classes.json`` and ``images.txt`` are as in the format ``png``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from segcore.errors import LabelError
from segcore.formats.divided_set import DividedSet
from segcore.formats.export_options import ExportOptions
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.format import Format
from segcore.formats.json_file import read_json
from segcore.formats.label_names import label_names
from segcore.formats.numbered_writer import NumberedWriter, common_suffix, in_order
from segcore.formats.splits import PARTS
from segcore.formats.written_files import write_json
from segcore.labels.classes import IGNORE_INDEX, ClassSet

_LABELS, _IMAGES = "ann_dir", "img_dir"


class MmsegWriter(NumberedWriter):
    """See `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, classes, label_names(ids), options, in_order(classes, 0), IGNORE_INDEX)
        self._common = common_suffix(ids)

    def finish(self) -> None:
        """Write the lists and ``dataset.json``."""
        super().finish()
        meta = {"classes": self._classes.names, "palette": [list(each.color) for each in self._classes]}
        arguments = {"metainfo": meta, "img_suffix": self._common, "seg_map_suffix": ".png", "reduce_zero_label": False}
        write_json(self._out / "dataset.json", arguments)

    def _path(self, image_id: str) -> Path:
        return self._out / _LABELS / self._options.part(image_id) / f"{self._names[image_id]}.png"

    def _copy(self, image_id: str) -> Path:
        return self._out / _IMAGES / self._options.part(image_id) / f"{self._names[image_id]}{self._common}"


class MmsegSet(DividedSet):
    """The label maps below ``ann_dir``; with ``reduce_zero_label`` in ``dataset.json``, 0 is ignore."""

    def __init__(self, path: Path) -> None:
        folder = path / _LABELS
        parts = [folder / part for part in PARTS if (folder / part).is_dir()]
        super().__init__(path, parts or [folder])
        arguments = path / "dataset.json"
        if self.classes is None and arguments.is_file():
            try:
                self._take(read_json(arguments))
            except LabelError as error:
                self.warning = str(error)

    def _take(self, arguments: object) -> None:
        found = arguments if isinstance(arguments, dict) else {}
        first = 1 if found.get("reduce_zero_label") is True else 0
        self.ignored = frozenset({0} if first else ())
        meta = found.get("metainfo")
        names = meta.get("classes") if isinstance(meta, dict) else None
        if isinstance(names, list) and 0 < len(names) < IGNORE_INDEX and isinstance(meta, dict):
            palette = meta.get("palette")
            colors = palette if isinstance(palette, list) and len(palette) == len(names) else [None] * len(names)
            entries = enumerate(zip(names, colors, strict=True), first)
            self.classes = foreign_classes((value, str(name), color) for value, (name, color) in entries)
            self.classes_file = self.path / "dataset.json"


def _recognise(path: Path) -> bool:
    return (path / _LABELS).is_dir()


MMSEG = Format(
    key="mmseg",
    title="mmsegmentation (img_dir, ann_dir)",
    writer=MmsegWriter,
    reader=MmsegSet,
    recognise=_recognise,
    labels_folder=_LABELS,
    images_folder=_IMAGES,
)
