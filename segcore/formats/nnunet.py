"""Format ``nnunet``: a raw data set of nnU-Net v2, to be copied to ``nnUNet_raw/Dataset001_Name``.

``labelsTr/<case>.png`` (grey) and ``imagesTr/<case>_0000.png`` (RGB, on request); test images in ``labelsTs`` and
``imagesTs``. ``dataset.json`` has nnU-Net's keys ``channel_names``, ``labels``, ``numTraining``, ``file_ending``.
Background is 0, also where the project has no such class, the other classes follow without gaps, and ``ignore``, where
pixels are ignored, is the highest value: nnU-Net demands all three. ``splits_final.json`` is the division into training
and validation as nnU-Net reads it from its folder of preprocessed data. ``classes.json`` and ``images.txt`` are as in
the format ``png``. NIfTI files are the format ``nnunetnifti``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.formats.divided_set import DividedSet
from segcore.formats.export_options import ExportOptions
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.format import Difference, Format
from segcore.formats.image_copy import copy_rgb
from segcore.formats.json_file import read_json
from segcore.formats.label_matching import Matches
from segcore.formats.label_names import flat, label_names
from segcore.formats.numbered_writer import NumberedWriter
from segcore.formats.written_files import write_grey, write_json
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.palette import is_background

LABELS = ("labelsTr", "labelsTs")
_BACKGROUND, _IGNORE = "background", "ignore"


class NnunetWriter(NumberedWriter):
    """See `segcore.formats.format.Writer` for the parameters. Raises ClassesError for more than 254 classes."""

    ending = ".png"

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        values = _values(classes)
        self._highest = max(values.values()) + 1
        self._ignores = False
        super().__init__(out, classes, label_names(ids, flat), options, values, self._highest)

    def _copy_image(self, image: Path, target: Path) -> Sequence[Difference]:
        copy_rgb(image, target)
        return ()

    def keep(self, image_id: str) -> bool:
        """See `LabelWriter`."""
        if not super().keep(image_id):
            return False
        self._note(self._read_values(self._path(image_id)))
        return True

    def finish(self) -> None:
        """Write the lists, ``dataset.json`` and, where images are for validation, ``splits_final.json``."""
        super().finish()
        cases: dict[str, list[str]] = {"train": [], "val": [], "test": []}
        for image_id in self._written:
            cases[self._options.part(image_id)].append(self._case(image_id))
        cases = {part: list(dict.fromkeys(names)) for part, names in cases.items()}  # slices share their volume's
        labels = {_BACKGROUND: 0}
        for each in self._classes:
            if each.index > 0:
                labels[_free(each.name, labels)] = each.index
        if self._ignores:
            labels[_IGNORE] = self._highest
        description = {
            "channel_names": {"0": "R", "1": "G", "2": "B"},
            "labels": labels,
            "numTraining": len(cases["train"]) + len(cases["val"]),
            "file_ending": self.ending,
        }
        write_json(self._out / "dataset.json", description)
        if cases["val"]:
            write_json(self._out / "splits_final.json", [{"train": cases["train"], "val": cases["val"]}])

    def _write_values(self, path: Path, values: NDArray[np.uint8]) -> None:
        self._note(values)
        write_grey(path, values)

    def _read_values(self, path: Path) -> NDArray[np.uint8]:
        return read_indexed_png(path)

    def _note(self, values: NDArray[np.uint8]) -> None:
        self._ignores = self._ignores or bool((values == self._highest).any())

    def _case(self, image_id: str) -> str:
        return self._names[image_id]

    def _path(self, image_id: str) -> Path:
        return self._out / f"labels{self._part(image_id)}" / f"{self._case(image_id)}{self.ending}"

    def _copy(self, image_id: str) -> Path:
        return self._out / f"images{self._part(image_id)}" / f"{self._case(image_id)}_0000{self.ending}"

    def _part(self, image_id: str) -> str:
        return "Ts" if self._options.part(image_id) == "test" else "Tr"


class NnunetSet(DividedSet):
    """The label maps of ``labelsTr`` and ``labelsTs`` with the labels of ``dataset.json``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, [path / each for each in LABELS])
        self._describe()

    def _describe(self) -> None:
        """Take the labels of ``dataset.json``."""
        path = self.path
        try:
            found: Any = read_json(path / "dataset.json")
            labels = {str(name): int(value) for name, value in found["labels"].items() if not isinstance(value, list)}
            self.ignored = frozenset(value for name, value in labels.items() if name == _IGNORE)
            named = sorted((value, name, None) for name, value in labels.items() if name != _IGNORE)
            self.classes = self.classes or foreign_classes(named)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            self.warning = f"{path / 'dataset.json'} names no labels."
        except MaskwrightError as error:
            self.warning = str(error)

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`; images may have nnU-Net's ending ``_0000``."""
        plain = {_without_channel(each): each for each in image_ids}
        first, second = super().match(images, image_ids), super().match(images, list(plain))
        if len(first.names) >= len(second.names):
            return first
        names = {plain[short]: name for short, name in second.names.items()}
        return Matches(names, tuple(plain[short] for short in second.without), second.unused)


def _without_channel(image_id: str) -> str:
    stem, dot, suffix = image_id.rpartition(".")
    return f"{stem.removesuffix('_0000')}{dot}{suffix}"


def _values(classes: ClassSet) -> dict[int, int]:
    """Return the value of each class: 0 for the background, from 1 on for the others."""
    background = [each.index for each in classes if is_background(each.name)][:1]
    others = [each.index for each in classes if each.index not in background]
    return dict.fromkeys(background, 0) | {own: value for value, own in enumerate(others, 1)}


def _free(name: str, taken: dict[str, int]) -> str:
    """Return the name of a class as nnU-Net may have it: not that of background or ignore, each once."""
    plain = unique = " ".join(name.split())
    number = 2
    while unique.casefold() == _IGNORE or unique in taken:
        unique, number = f"{plain} {number}", number + 1
    return unique


def _recognise(path: Path) -> bool:
    return (path / "labelsTr").is_dir()


NNUNET = Format(
    key="nnunet",
    title="nnU-Net v2 (imagesTr, labelsTr, dataset.json)",
    writer=NnunetWriter,
    reader=NnunetSet,
    recognise=_recognise,
    labels_folder="labelsTr",
    images_folder="imagesTr",
)
