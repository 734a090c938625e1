"""Ade20kTextSet: the label maps of the full ADE20K of 2016 and 2017, whose objects are named in text files.

``<name>_seg.png`` (RGB) is as in the edition of 2021: B tells objects apart. ``<name>_atr.txt`` has a line for each:
number # part level # occluded # class # name as it was typed # "attributes". The objects with part level 0 are those
of ``_seg.png``: the first has the lowest B above 0, and so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.regular_file import read_regular
from segcore.formats.color_file import read_colors
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import LabelSet
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, Task

OBJECTS = "_atr.txt"
_SEGMENTS = "_seg.png"
_MOST = 254
_MAX_BYTES = 10_000_000
_Class = TypeVar("_Class", int, str)


def read_texts(path: Path, label_maps: Sequence[Path]) -> Task[LabelSet]:
    """Read the file ``<name>_atr.txt`` of each of these ``<name>_seg.png``; keep the 254 classes in the most images.

    Raises LabelError when no file names a class.
    """
    files = {file.relative_to(path).as_posix().removesuffix(_SEGMENTS): file for file in label_maps}
    objects: dict[str, dict[int, str]] = {}
    problems, images = [], Counter[str]()
    for number, (name, label_map) in enumerate(files.items()):
        file = label_map.with_name(label_map.name.removesuffix(_SEGMENTS) + OBJECTS)
        yield Progress(number, len(files), file.name)
        try:
            objects[name] = _objects_of(file)
        except LabelError as error:
            problems.append(Problem(str(file), error.message.removeprefix(f"{file} "), is_file=True))
        else:
            images.update(set(objects[name].values()))
    kept = kept_classes(path, images, problems, "Unpack the data set again.")
    return Ade20kTextSet(path, files, objects, kept, problems)


def kept_classes(path: Path, images: Counter[_Class], problems: list[Problem], remedy: str) -> list[_Class]:
    """Return the classes in the most images, at most 254, sorted; tell in ``problems`` how many are left out.

    Raises LabelError with what is wrong first, and ``remedy``, when there is none.
    """
    if not images:
        message = f"{problems[0].place} {problems[0].reason}" if problems else f"{path} names no class of ADE20K."
        raise LabelError(message, remedy)
    left = len(images) - _MOST
    if left > 0:
        problems.append(Problem(str(path), f"{left} classes are left out: a project has at most {_MOST}"))
    return sorted(each for each, _ in images.most_common(_MOST))


class Ade20kTextSet(LabelSet):
    """The files ``<name>_seg.png`` of a folder, with the objects of ``<name>_atr.txt`` beside them.

    Parameters
    ----------
    path : Path
        The data set.
    files : mapping of str to Path
        The label map of each image.
    objects : mapping of str to mapping of int to str
        Number and class name of each object in each image whose text file could be read.
    kept : sequence of str
        The classes that are read; at most 254.
    problems : sequence of Problem
        What is wrong with text files.
    """

    def __init__(
        self,
        path: Path,
        files: Mapping[str, Path],
        objects: Mapping[str, Mapping[int, str]],
        kept: Sequence[str],
        problems: Sequence[Problem],
    ) -> None:
        super().__init__(path)
        self._files, self._objects = files, objects
        self._values = {name: value for value, name in enumerate(kept)}
        self.classes = foreign_classes((value, name, None) for name, value in self._values.items())
        self.problems = tuple(problems)

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        path = self._files[name]
        if name not in self._objects:
            raise LabelError(f"{path} has no {OBJECTS} that can be read.", "Unpack the data set again.")
        colors = read_colors(path, shape)
        blues = np.unique(colors[..., 2])
        table = np.full(256, IGNORE_INDEX, np.uint8)
        objects, problems = self._objects[name], list[Problem]()
        for number, blue in enumerate(blues[blues > 0].tolist(), 1):
            if number in objects:
                table[blue] = self._values.get(objects[number], IGNORE_INDEX)
            else:
                problems.append(Problem(f"{path.name}: object {number}", f"an object that no {OBJECTS} names"))
        labels: NDArray[np.uint8] = table[colors[..., 2]]
        problems += _two_names(path, colors, labels)
        return LabelPicture(labels, problems=tuple(problems))


def _two_names(path: Path, colors: NDArray[np.uint8], labels: NDArray[np.uint8]) -> list[Problem]:
    """Return a problem for each class number (R // 10 * 256 + G) whose objects have several names."""
    numbers = colors[..., 0].astype(np.int32) // 10 * 256 + colors[..., 1]
    pairs = np.unique(numbers[labels != IGNORE_INDEX] * 256 + labels[labels != IGNORE_INDEX])
    found = Counter((pairs // 256).tolist())
    return [
        Problem(f"{path.name}: class {number}", f"{OBJECTS} gives it several names; the file may be damaged")
        for number, count in found.items()
        if count > 1
    ]


def _objects_of(path: Path) -> dict[int, str]:
    """Return the class of each object that is no part of another one, by its number. Raises LabelError."""
    try:
        data = read_regular(path, _MAX_BYTES)
        rows = [[cell.strip() for cell in line.split("#")] for line in data.decode("utf-8", "replace").splitlines()]
        return {int(row[0]): row[3] for row in rows if len(row) > 3 and int(row[1]) == 0 and row[3]}
    except (OSError, ValueError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Unpack the data set again.") from error
