"""YoloSet: text files of polygons as labels, drawn as ultralytics draws them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.regular_file import read_regular
from segcore.formats.centre_outlines import with_border
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.image_names import image_names
from segcore.formats.json_file import first_files, head_of
from segcore.formats.label_folder import read_lines
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import Contents, LabelSet
from segcore.labels.classes import IGNORE_INDEX, ClassSet

_OURS = "# maskwright: "
_LINE = re.compile(rb"\s*\d{1,3}(\s+[\d.eE+-]+){6,}\s")
_NOT_LABELS = ("classes.txt", "images.txt", "train.txt", "val.txt", "test.txt")
_LOOKED_AT = 20
_PARTS = ("train", "valid", "val", "test")
_LISTS = ("data.yaml", "dataset.yaml", "classes.txt")
_MAX_BYTES = 1_000_000


def recognise(path: Path) -> bool:
    """Whether a folder has a ``data.yaml`` and text files of polygons below ``labels``, or such files itself."""
    if not path.is_dir():
        return False
    labels = path / "labels"
    folders = [path, labels, path / "train", *(labels / part for part in _PARTS)]
    files = [file for folder in folders for file in first_files(folder, ".txt") if file.name not in _NOT_LABELS]
    return any(_LINE.match(head_of(file, 1 << 16)) for file in files[:_LOOKED_AT])


def _label_files(path: Path) -> Iterator[Path]:
    """Yield the text files below ``labels`` (or ``train/labels``, …), or in the folder itself."""
    folders = [path / "labels", *(path / part / "labels" for part in _PARTS)]
    folders = [folder for folder in folders if folder.is_dir()]
    files = (each for folder in folders for each in sorted(folder.rglob("*.txt"))) if folders else path.glob("*.txt")
    return (each for each in files if each.name not in _NOT_LABELS)


class YoloSet(LabelSet):
    """The objects of text files; later ones are drawn over earlier ones. Raises LabelError or ClassesError."""

    open_is_background = True

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._files: dict[str, Path] = {}
        known = image_names(path)
        for file in _label_files(path):
            below = file.relative_to(path).as_posix().removesuffix(".txt")
            self._files[known.get(file.stem, re.sub(r"^labels/", "", below).replace("/labels/", "/images/"))] = file
        if not self._files:
            raise LabelError(f"{path} holds no text files of polygons.", "Choose the folder that holds data.yaml.")
        self._values: dict[int, int] = {}
        found = _list_of_names(path)
        if found is not None:
            (self.classes, self._values), self.classes_file = _classes(found), found

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """See `LabelSet`."""
        objects, problems = self._objects(name)
        return Contents([*sorted({value for value, _, _ in objects}), IGNORE_INDEX], problems=problems)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        labels = np.full(shape, IGNORE_INDEX, np.uint8)
        objects, problems = self._objects(name)
        found = list(problems)
        for value, shares, place in objects:
            points = np.floor(np.clip(shares * (shape[1], shape[0]), -1e6, 1e6)).astype(np.int64)
            rows, columns, mask = with_border(points, shape)
            labels[rows, columns][mask] = value
            if not mask.any():
                found.append(Problem(place, "a polygon that holds no pixel of the image"))
        return LabelPicture(labels, problems=tuple(found))

    def _objects(self, name: str) -> tuple[list[tuple[int, NDArray[np.float64], str]], tuple[Problem, ...]]:
        """Return value, shares [N, 2] and place of each object, and what is wrong with the others."""
        file = self._files[name]
        objects, problems = [], []
        for number, line in enumerate(read_lines(file), 1):
            place = f"{file.name}: line {number}"
            try:
                first, *rest = line.split()
                numbers = np.array(rest, np.float64)
                value = self._values[int(first)] if self.classes is not None else int(first)
            except ValueError:
                problems.append(Problem(place, "a line that is not a class and numbers"))
                continue
            except KeyError:
                problems.append(Problem(place, "its class is not in the list of classes"))
                continue
            if len(numbers) < 6 or len(numbers) % 2 or not np.isfinite(numbers).all():
                problems.append(Problem(place, "a polygon of less than three points, perhaps a box"))
            elif 0 <= value < IGNORE_INDEX:
                objects.append((value, numbers.reshape(-1, 2), place))
            else:
                problems.append(Problem(place, "a class above 254"))
        return objects, tuple(problems)


def _list_of_names(path: Path) -> Path | None:
    """Return the file with the names: in the folder or its ``labels``, or above, where ``train/labels`` was chosen."""
    below = [place / name for place in (path, path / "labels") for name in _LISTS]
    above = [place / name for place in list(path.absolute().parents)[:2] for name in _LISTS[:2]]
    own = sorted(path.glob("*.yaml"))
    others = own if len(own) == 1 and b"names" in head_of(own[0], 1 << 16) else []
    return next((each for each in (*below, *others, *above) if each.is_file()), None)


def _classes(path: Path) -> tuple[ClassSet, dict[int, int]]:
    """Read the names of ``data.yaml`` or ``classes.txt``; return the classes, and the value of each number."""
    lines = [line for line in read_lines(path) if line]
    try:
        for line in lines:
            if line.startswith(_OURS):
                own = ClassSet.from_json(json.loads(line.removeprefix(_OURS)))
                return own, {place: each.index for place, each in enumerate(own)}
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Export the data set again.") from error
    names = dict(enumerate(lines)) if path.suffix == ".txt" else _yaml_names(path)
    if not names:
        raise LabelError(f"{path} names no class.", "It must have a list called names.")
    numbers = sorted(names)
    classes = foreign_classes((place, names[number], None) for place, number in enumerate(numbers))
    return classes, {number: place for place, number in enumerate(numbers)}


def _yaml_names(path: Path) -> dict[int, str]:
    """Return the names under ``names``, a list or a mapping of numbers. Raises LabelError."""
    import yaml

    try:
        data = yaml.safe_load(read_regular(path, _MAX_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        line = " ".join(str(error).split())[:200]
        raise LabelError(f"{path} cannot be read ({line}).", "Export the data set again.") from error
    names = data.get("names") if isinstance(data, dict) else None
    pairs = (
        list(enumerate(names)) if isinstance(names, list) else list(names.items()) if isinstance(names, dict) else []
    )
    return {number: str(name) for number, name in pairs if type(number) is int and number >= 0}
