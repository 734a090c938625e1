"""PanopticSet: COCO's panoptic segmentation as labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ClassesError, LabelError
from segcore.files.inside import inside
from segcore.formats.color_file import read_colors
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.json_file import read_json
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import Contents, LabelSet
from segcore.labels.classes import IGNORE_INDEX, ClassSet

_NAME = re.compile(r"panoptic_.*\.json", re.IGNORECASE)


def recognise(path: Path) -> bool:
    """Whether a file, or one in a folder or its folder ``annotations``, is called ``panoptic_….json``."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else [each for at in (path, path / "annotations") for each in sorted(at.glob("*"))]
    return [each for each in found if _NAME.fullmatch(each.name) and each.is_file()]


class PanopticSet(LabelSet):
    """The segments of one or more files; pixels of no segment have no label. Raises LabelError or ClassesError."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        problems: list[Problem] = []
        self._entries: dict[str, tuple[Path, Path, dict[str, Any]]] = {}
        categories: dict[int, dict[str, Any]] = {}
        for file in _files(path):
            try:
                data = read_json(file)
            except LabelError as error:
                problems.append(Problem(str(file), error.message, is_file=True))
                continue
            for each in _dicts(data, "categories"):
                if isinstance(each.get("id"), int) and isinstance(each.get("name"), str):
                    categories.setdefault(each["id"], each)
            images = {str(each.get("id")): str(each.get("file_name")) for each in _dicts(data, "images")}
            for each in _dicts(data, "annotations"):
                self._add(file, each, images, problems)
        if not self._entries or not categories:
            message = problems[0].reason if problems else f"{path} holds no panoptic segmentation."
            raise LabelError(message, "Choose the folder with panoptic_train.json and the folder of its PNG files.")
        self.problems = tuple(problems)
        self._values, self.classes = _values(path, categories)

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._entries)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return f"{self._entries[name][0].name}: {name}"

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """See `LabelSet`."""
        table, problems = self._segments(name)
        return Contents([*sorted(set(table.values())), IGNORE_INDEX], problems=tuple(problems))

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        _, path, _ = self._entries[name]
        colors = read_colors(path, shape).astype(np.uint32)
        table, problems = self._segments(name)
        numbers = colors[..., 0] | colors[..., 1] << 8 | colors[..., 2] << 16
        found, places = np.unique(numbers, return_inverse=True)
        values = np.array([table.get(int(number), IGNORE_INDEX) for number in found], np.uint8)
        unknown = [int(number) for number in found if number and int(number) not in table]
        problems += [Problem(f"{path.name}: segment {number}", "a segment that no list names") for number in unknown]
        labels: NDArray[np.uint8] = values[places.reshape(shape)]
        return LabelPicture(labels, problems=tuple(problems))

    def _add(self, file: Path, each: dict[str, Any], images: dict[str, str], problems: list[Problem]) -> None:
        place = f"{file.name}: annotation of image {each.get('image_id')}"
        name = images.get(str(each.get("image_id")))
        if name is None:
            problems.append(Problem(place, "its image is not in the list of images"))
            return
        try:
            png = inside(file.with_suffix(""), str(each.get("file_name")))
            if not png.is_file():
                png = inside(file.parent, str(each.get("file_name")))
        except ValueError:
            problems.append(Problem(place, "its file lies outside the data set"))
            return
        self._entries[name] = file, png, each

    def _segments(self, name: str) -> tuple[dict[int, int], list[Problem]]:
        """Return the class value of each segment."""
        file, _, entry = self._entries[name]
        table, problems = {}, []
        for each in _dicts(entry, "segments_info"):
            place = f"{file.name}: {name}: segment {each.get('id')}"
            category = each.get("category_id")
            if not isinstance(category, int) or category not in self._values:
                problems.append(Problem(place, "its category is not in the list of categories"))
            elif isinstance(each.get("id"), int):
                table[each["id"]] = self._values[category]
        return table, problems


def _values(path: Path, categories: dict[int, dict[str, Any]]) -> tuple[dict[int, int], ClassSet]:
    """Return the value of each category, and the classes: the id less one where all ids allow it."""
    plain = all(1 <= key <= IGNORE_INDEX for key in categories)
    values = {key: key - 1 if plain else place for place, key in enumerate(categories)}
    try:
        entries = [(values[key], each["name"], each.get("color")) for key, each in categories.items()]
        return values, foreign_classes(entries)
    except ClassesError as error:
        raise ClassesError(f"{path}: {error.message}", error.remedy) from error


def _dicts(data: Any, key: str) -> list[dict[str, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
