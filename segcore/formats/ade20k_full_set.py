"""Ade20kFullSet: the label maps of the full ADE20K data set, whose classes may be more than a project has."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.regular_file import read_regular
from segcore.formats.ade20k_text_set import OBJECTS, kept_classes, read_texts
from segcore.formats.color_file import read_colors
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.image_names import image_names
from segcore.formats.json_file import first_files, head_of
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import LabelSet
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, Task

SEGMENTS = "_seg.png"
_MAX_BYTES = 200_000_000
_LOOKED_AT = 20


class Ade20kFullSet(LabelSet):
    """The files ``<name>_seg.png`` below a folder, with the classes of ``<name>.json`` beside them.

    Parameters
    ----------
    path : Path
        The data set.
    files : mapping of str to Path
        The label map of each image.
    names : mapping of int to str
        Of all classes, by their number in ADE20K.
    kept : sequence of int
        The classes that are read; at most 254.
    problems : sequence of Problem
        What is wrong with JSON files.
    """

    def __init__(
        self,
        path: Path,
        files: Mapping[str, Path],
        names: Mapping[int, str],
        kept: Sequence[int],
        problems: Sequence[Problem],
    ) -> None:
        super().__init__(path)
        self._files = files
        self._values = {number: value for value, number in enumerate(kept)}
        self._left_out = frozenset(names) - frozenset(kept)
        self.classes = foreign_classes((value, names[number], None) for number, value in self._values.items())
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
        colors = read_colors(path, shape)
        numbers = colors[..., 0].astype(np.int32) // 10 * 256 + colors[..., 1]
        found, places = np.unique(numbers, return_inverse=True)
        values = np.array([self._values.get(int(number), IGNORE_INDEX) for number in found], np.uint8)
        unknown = [int(n) for n in found if n and int(n) not in self._values and int(n) not in self._left_out]
        problems = [Problem(f"{path.name}: class {number}", "a class that no JSON file names") for number in unknown]
        labels: NDArray[np.uint8] = values[places.reshape(shape)]
        return LabelPicture(labels, problems=tuple(problems))


def read_full(path: Path) -> Task[LabelSet]:
    """Read which classes the full ADE20K has, of any edition. Raises LabelError.

    The 254 in the most images are kept.
    """
    if any(True for _ in _with_text(path)):
        return (yield from read_texts(path, list(_label_maps(path))))
    known = image_names(path)
    files: dict[str, Path] = {}
    for file in _label_maps(path):
        stem = file.name.removesuffix(SEGMENTS)
        files[known.get(stem, (file.parent / stem).relative_to(path).as_posix())] = file
    problems: list[Problem] = []
    names: dict[int, str] = {}
    images: Counter[int] = Counter()
    for number, label_map in enumerate(files.values()):
        file = label_map.with_name(f"{label_map.name.removesuffix(SEGMENTS)}.json")
        yield Progress(number, len(files), file.name)
        try:
            found = _classes_of(file)
        except LabelError as error:
            problems.append(Problem(str(file), error.message.removeprefix(f"{file} "), is_file=True))
            continue
        images.update(found.keys())
        names = found | names
    remedy = "Choose the folder with the files _seg.png and their JSON files."
    kept = kept_classes(path, images, problems, remedy)
    return Ade20kFullSet(path, files, names, kept, problems)


def recognise(path: Path) -> bool:
    """Whether a folder, or one below it, has a ``_seg.png`` and a JSON or text file of ADE20K of one name."""
    return any(True for _ in _with_text(path)) or any(
        file.with_name(f"{file.stem}{SEGMENTS}").is_file() and b'"annotation"' in head_of(file)
        for file in _first(path, ".json")
    )


def _with_text(path: Path) -> Iterator[Path]:
    """Yield some label maps with objects in a text file."""
    for file in _first(path, OBJECTS):
        label_map = file.with_name(file.name.removesuffix(OBJECTS) + SEGMENTS)
        if label_map.is_file():
            yield label_map


def _first(path: Path, ending: str) -> Iterator[Path]:
    """Yield some files of a folder, and some at the depths at which ADE20K keeps them."""
    yield from first_files(path, ending)[:_LOOKED_AT]
    for depth in range(1, 5):
        for folder in ("images/ADE", "ADE", "images"):
            yield from islice(path.glob(f"{folder}/{'*/' * depth}*{ending}"), _LOOKED_AT)


def _label_maps(path: Path) -> Iterator[Path]:
    """Yield the files with label maps below a folder."""
    for folder, folders, files in os.walk(path):
        folders.sort()
        yield from (Path(folder, each) for each in sorted(files) if each.endswith(SEGMENTS) and each[0] != ".")


def _classes_of(path: Path) -> dict[int, str]:
    """Return number and name of the classes in the JSON file of an image, without those of parts. Raises LabelError."""
    try:
        data = read_regular(path, _MAX_BYTES)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:  # some of ADE20K's own files
            text = data.decode("latin-1")
        objects = json.loads(text)["annotation"]["object"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Unpack the data set again.") from error
    found = [each for each in objects if isinstance(each, dict)] if isinstance(objects, list) else []
    return {
        each["name_ndx"]: str(each.get("name") or each.get("raw_name") or f"object {each['name_ndx']}")
        for each in found
        if type(each.get("name_ndx")) is int and each["name_ndx"] > 0 and not _level(each)
    }


def _level(each: dict[str, Any]) -> Any:
    """Return how deep an object is a part of others; 0 for a whole one."""
    parts = each.get("parts")
    return parts.get("part_level", 0) if isinstance(parts, dict) else 0
