"""Format ``cityscapes``: the layout of Cityscapes' fine annotations.

``gtFine/<part>/<city>/<name>_gtFine_labelIds.png`` (label ids), ``…_labelTrainIds.png`` (255 = ignore) and
``…_color.png``; images are copied to ``leftImg8bit/<part>/<city>/<name>_leftImg8bit.<ext>`` on request. The city is
the folder of an image, ``all`` for images in none. Classes with the name of a Cityscapes class have its id and train
id; others get free ones from 34 and 19 on. Ignore is label id 0 (unlabeled). ``classes.json`` keeps names, colours and
label ids, ``images.txt`` which image is which.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, MaskwrightError
from segcore.formats.cityscapes_labels import BY_NAME, LABELS
from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference, Format
from segcore.formats.image_names import image_names
from segcore.formats.label_matching import Matches, match_names
from segcore.formats.label_names import flat, label_names
from segcore.formats.label_picture import LabelPicture, read_label_picture
from segcore.formats.label_set import LabelSet
from segcore.formats.written_files import write_bytes, write_json, write_labels
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass

GREY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
_KINDS = ("labelIds", "labelTrainIds", "color")
_FIRST_FREE_ID, _FIRST_FREE_TRAIN_ID = 34, 19


class CityscapesWriter(FileWriter):
    """Writes the three label maps of each image; see `segcore.formats.format.Writer` for the parameters."""

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, ids, options)
        self._classes, self._names = classes, label_names(ids, flat)
        self._ids, self._train_ids = _tables(classes)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        own, train, color = self._files(image_id)
        write_labels(own, self._ids[labels], GREY)
        write_labels(train, self._train_ids[labels], GREY)
        write_bytes(color, _rgb_png(self._classes.palette()[labels]))
        unlabeled = [each.index for each in self._classes if self._ids[each.index] == 0]
        pixels = int(np.isin(labels, unlabeled).sum()) if unlabeled else 0
        return [Difference("are of the class unlabeled, which Cityscapes does not tell from ignore", pixels)][
            : pixels > 0
        ]

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        exported = [SegClass(int(self._ids[each.index]), each.name, each.color, each.shown) for each in self._classes]
        write_json(self._out / "classes.json", ClassSet(tuple(exported)).to_json())
        self._write_names(self._names)

    def _path(self, image_id: str) -> Path:
        return self._files(image_id)[0]

    def _files(self, image_id: str) -> list[Path]:
        return [self._place("gtFine", image_id, f"gtFine_{kind}.png") for kind in _KINDS]

    def _copy(self, image_id: str) -> Path:
        return self._place("leftImg8bit", image_id, f"leftImg8bit{self._suffix(image_id)}")

    def _place(self, top: str, image_id: str, ending: str) -> Path:
        city = flat(image_id.rpartition("/")[0]) or "all"
        return self._out / top / self._options.part(image_id) / city / f"{self._names[image_id]}_{ending}"


class CityscapesSet(LabelSet):
    """The label maps below ``gtFine`` (or ``gtCoarse``): label ids if there are any, else train ids or colours."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        kind, files = _label_files(path)
        if not files:
            raise LabelError(f"{path} holds no label maps of Cityscapes.", "Choose the folder that holds gtFine.")
        known = image_names(path)
        self._files: dict[str, Path] = {}
        for file in files:
            base = file.name.partition("_gt")[0]
            self._files[known.get(base, f"{file.parent.name}/{base}_leftImg8bit")] = file
        own = path / "classes.json"
        self.ignored = frozenset({0} if kind == "labelIds" else {IGNORE_INDEX})
        if kind == "labelIds" and own.is_file():
            try:
                self.classes, self.classes_file = ClassSet.from_file(own), own
            except MaskwrightError as error:
                self.warning = str(error)
        elif kind != "labelTrainIds":
            self.classes = ClassSet(tuple(SegClass(each.id, each.name, each.color) for each in LABELS))
        else:
            trained = [each for each in LABELS if each.train_id != IGNORE_INDEX]
            self.classes = ClassSet(tuple(SegClass(each.train_id, each.name, each.color) for each in trained))

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        return read_label_picture(self._files[name], shape)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`; the ending ``_leftImg8bit`` does not count."""
        plain = {_plain(name): name for name in self._files}
        ids = {_plain(image_id): image_id for image_id in image_ids}
        first, second = match_names(image_ids, self.names()), match_names(list(ids), list(plain))
        if len(first.names) >= len(second.names):
            return first
        names = {ids[image]: plain[name] for image, name in second.names.items()}
        without = tuple(image_id for image_id in image_ids if image_id not in names)
        return Matches(names, without, tuple(plain[name] for name in second.unused))


def _plain(name: str) -> str:
    return re.sub(r"_leftImg8bit(?=\.[^./]*$|$)", "", name)


def _tables(classes: ClassSet) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Uint8 [256]: label id and train id of each class value; ignore is 0 and 255."""
    ids, train_ids = np.zeros(256, np.uint8), np.full(256, IGNORE_INDEX, np.uint8)
    free_id, free_train = _FIRST_FREE_ID, _FIRST_FREE_TRAIN_ID
    for each in classes:
        known = BY_NAME.get(each.name.strip().casefold())
        if known is not None:
            ids[each.index], train_ids[each.index] = known.id, known.train_id
        else:
            ids[each.index], train_ids[each.index] = free_id, free_train
            free_id, free_train = free_id + 1, free_train + 1
    return ids, train_ids


def _rgb_png(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _label_files(path: Path) -> tuple[str, list[Path]]:
    for kind in _KINDS:
        for top in ("gtFine", "gtCoarse"):
            if files := sorted((path / top).glob(f"*/*/*_{top}_{kind}.png")):
                return kind, files
    return "", []


def _recognise(path: Path) -> bool:
    return (path / "gtFine").is_dir() or (path / "gtCoarse").is_dir()


CITYSCAPES = Format(
    key="cityscapes",
    title="Cityscapes (gtFine: label ids, train ids, colours)",
    writer=CityscapesWriter,
    reader=CityscapesSet,
    recognise=_recognise,
    labels_folder="gtFine",
    images_folder="leftImg8bit",
)
