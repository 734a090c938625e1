"""CocoSet: the objects of COCO JSON files as labels: instances, and stuff where it is stored as annotations."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ClassesError, LabelError, LabelSizeError
from segcore.formats import rle
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.json_file import BOM, first_files, head_of, read_json
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import Contents, LabelSet
from segcore.formats.polygons import fill_each
from segcore.labels.classes import IGNORE_INDEX

_HEAD = re.compile(rb'\s*\{\s*"(info|licenses|images|annotations|categories|type)"\s*:')
_OTHERS = ("captions_", "person_keypoints_", "panoptic_", "image_info_")
"""COCO's own files that hold no outlines of objects."""
_LOOKED_AT = 50
_SHAPES = (list, dict)
_NO_OUTLINE = "no outline, perhaps only a box"
_NEEDED = ("id", "image_id", "category_id", "area", "iscrowd")


def recognise(path: Path) -> bool:
    """Whether a file, or one in a folder or in its sub-folder ``annotations``, ``train``, …, begins as COCO's do."""
    files = [path] if path.is_file() else [path / "_annotations.coco.json", *first_files(path, ".json")]
    return any(_begins_as_coco(file) for file in files[:_LOOKED_AT] if file.suffix.lower() == ".json")


def files_in(path: Path) -> Iterator[Path]:
    """Yield the COCO files that are ``path``, or in it or its sub-folders; of the first `_LOOKED_AT` JSON files."""
    if path.is_file():
        found = [path] if path.suffix.lower() == ".json" else []
    else:
        patterns = ("*.json", "annotations/*.json", "*/_annotations.coco.json")
        found = [each for pattern in patterns for each in sorted(path.glob(pattern))][:_LOOKED_AT]
        found = [each for each in found if not each.name.startswith((".", *_OTHERS))]
    return (each for each in found if _begins_as_coco(each))


def _begins_as_coco(file: Path) -> bool:
    """Whether a file begins as COCO's do; a short one without images is another's, as Label Studio's notes.json."""
    head = head_of(file)
    return _HEAD.match(head) is not None and (b'"images"' in head or file.stat().st_size > len(head) + len(BOM))


class CocoSet(LabelSet):
    """The annotations of one or more COCO files. Smaller objects are drawn over larger ones, crowds below all.

    Raises LabelError when no file can be read.
    """

    open_is_background = True

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._sizes: dict[str, tuple[int, int]] = {}
        self._objects: dict[str, list[tuple[Path, dict[str, Any]]]] = defaultdict(list)
        self._problems: list[Problem] = []
        self._undrawn: set[str] = set()
        files = list(files_in(path))
        if not files:
            raise LabelError(f"{path} holds no COCO file.", "Choose the JSON file, or the folder that holds it.")
        contents = []
        for file in files:
            try:
                contents.append((file, read_json(file, _compact)))
            except LabelError as error:
                if len(self._problems) + 1 == len(files):
                    raise
                self._problems.append(Problem(str(file), error.message, is_file=True))
        self._values, self.classes = self._categories(contents)
        images = Counter(name for _, data in contents for name in {_file_name(each) for each in _list(data, "images")})
        self._shared = {name for name, count in images.items() if count > 1}
        for file, data in contents:
            self._read(file, data)
        self.problems = tuple(self._problems)

    def names(self) -> Sequence[str]:
        """See `LabelSet`: images without an object have labels, too: they are all background."""
        return list(self._sizes)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        files = {file.name for file, _ in self._objects.get(name, ())} or {self.path.name}
        return f"{', '.join(sorted(files))}: {name}"

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """See `LabelSet`."""
        self._check(name, shape)
        values = {self._values[file][each["category_id"]] for file, each in self._objects[name]}
        return Contents([*sorted(values), IGNORE_INDEX])

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        self._check(name, shape)
        labels = np.full(shape, IGNORE_INDEX, np.uint8)
        problems = []
        objects = sorted(self._objects[name], key=lambda pair: _order(pair[1]))
        outlines = [_rings(each["segmentation"]) for _, each in objects]
        drawn = fill_each([ring for found, _ in outlines for ring in found], shape)
        for (file, each), (found, reason) in zip(objects, outlines, strict=True):
            value = self._values[file][each["category_id"]]
            if isinstance(each["segmentation"], dict):
                reason = _draw_runs(labels, each["segmentation"].get("counts"), value)
            for rows, columns, mask in islice(drawn, len(found)):
                labels[rows, columns][mask] = value
                if not mask.any():
                    reason = "a polygon that holds no pixel of the image"
            if reason:
                problems.append(Problem(f"{file.name}: annotation {each.get('id')}", reason))
        return LabelPicture(labels, problems=tuple(problems))

    def _name(self, file: Path, given: str) -> str:
        """Return the name of an image, with its part of the data set where several files have one of this name."""
        if given not in self._shared:
            return given
        folder = file.parent.relative_to(self.path) if self.path.is_dir() else Path()
        part = re.search(r"_([^_]+)$", file.stem) if folder.name in ("", "annotations") else None
        return f"{part[1] if part else folder.as_posix()}/{given}".removeprefix("./")

    def _check(self, name: str, shape: tuple[int, int]) -> None:
        if name in self._undrawn and not self._objects[name]:
            raise LabelError(f"{self.place(name)} has no outlines, perhaps only boxes.", "Export its outlines, too.")
        height, width = self._sizes[name]
        if (height, width) != shape and height and width:
            raise LabelSizeError(
                f"{self.place(name)} measures {width} x {height}, its image {shape[1]} x {shape[0]}.",
                "Use the annotations that belong to this image.",
                (height, width),
            )

    def _categories(self, contents: Sequence[tuple[Path, Any]]) -> tuple[dict[Path, dict[Any, int]], Any]:
        """Return the value of each category id in each file, and the classes.

        The files of one data set share their categories. Where one id has two names, categories of one name are one.
        """
        found: dict[Any, dict[str, Any]] = {}
        named: dict[str, dict[str, Any]] = {}
        own: dict[Path, dict[Any, str]] = defaultdict(dict)
        for file, data in contents:
            for each in _list(data, "categories"):
                if isinstance(each, dict) and _is_key(each.get("id")) and isinstance(each.get("name"), str):
                    found.setdefault(each["id"], each)
                    named.setdefault(each["name"], each)
                    own[file].setdefault(each["id"], each["name"])
                else:
                    self._problems.append(Problem(f"{file.name}: {each!r:.80}", "a category without id and name"))
        if not found:
            raise LabelError(f"{contents[0][0]} names no class.", "It must have a list of categories.")
        plain = all(isinstance(each, int) and 1 <= each <= IGNORE_INDEX for each in found)
        ids = list(found) if plain else sorted(found, key=lambda each: (isinstance(each, str), each))
        values = {each: each - 1 if plain else place for place, each in enumerate(ids)}
        entries = [(values[key], found[key]["name"], found[key].get("color")) for key in ids]
        of_file = {file: values for file, _ in contents}
        if any(found[key]["name"] != name for each in own.values() for key, name in each.items()):
            places = {name: place for place, name in enumerate(named)}
            entries = [(place, name, named[name].get("color")) for name, place in places.items()]
            of_file = {file: {key: places[name] for key, name in own[file].items()} for file, _ in contents}
        try:
            return of_file, foreign_classes(entries)
        except ClassesError as error:
            raise ClassesError(f"{contents[0][0]}: {error.message}", error.remedy) from error

    def _read(self, file: Path, data: Any) -> None:
        names: dict[Any, str] = {}
        for each in _list(data, "images"):
            if isinstance(each, dict) and isinstance(each.get("file_name"), str) and _is_key(each.get("id")):
                name = names[each["id"]] = self._name(file, _file_name(each))
                sides = each.get("height"), each.get("width")
                height, width = (side if isinstance(side, int) and side > 0 else 0 for side in sides)
                self._sizes[name] = height, width
            else:
                self._problems.append(Problem(f"{file.name}: {each!r:.80}", "an image without id and file_name"))
        for each in _list(data, "annotations"):
            reason = _why_not(each, names, self._values[file])
            if reason:
                place = each.get("id") if isinstance(each, dict) else f"{each!r:.80}"
                if reason == _NO_OUTLINE:
                    self._undrawn.add(names[each["image_id"]])
                self._problems.append(Problem(f"{file.name}: annotation {place}", reason))
            else:
                self._objects[names[each["image_id"]]].append((file, each))


def _file_name(image: Any) -> str:
    """Return where an image is, with ``/``; "" when it is no image."""
    found = image.get("file_name") if isinstance(image, dict) else None
    return found.replace("\\", "/") if isinstance(found, str) else ""


def _list(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _is_key(value: Any) -> bool:
    return isinstance(value, int | str)


def _why_not(each: Any, names: dict[Any, str], values: dict[Any, int]) -> str:
    """Return why an annotation cannot be drawn, or ""."""
    if not isinstance(each, dict):
        return "not an annotation"
    if not _is_key(each.get("image_id")) or each["image_id"] not in names:
        return "its image is not in the list of images"
    if not _is_key(each.get("category_id")) or each["category_id"] not in values:
        return "its category is not in the list of categories"
    if not isinstance(each.get("segmentation"), _SHAPES) or not each["segmentation"]:
        return _NO_OUTLINE
    return ""


def _order(annotation: dict[str, Any]) -> tuple[bool, float]:
    pixels = annotation.get("area")
    return not annotation.get("iscrowd"), -float(pixels) if isinstance(pixels, int | float) else 0.0


def _compact(each: dict[str, Any]) -> dict[str, Any]:
    """Keep of an annotation what is needed: the numbers of a million polygons take a gigabyte as objects of Python."""
    found = each.get("segmentation")
    if not isinstance(found, list):
        return each
    with suppress(TypeError, OverflowError):
        found = [array("d", ring) for ring in found]
    return {key: each[key] for key in _NEEDED if key in each} | {"segmentation": found}


def _rings(segmentation: Any) -> tuple[list[NDArray[np.float64]], str]:
    """Return the polygons of an object, each [N, 2], and what is wrong with the others, or ""."""
    rings, reason = [], ""
    for flat in segmentation if isinstance(segmentation, list) else ():
        try:
            ring = np.asarray(flat, np.float64).reshape(-1, 2)
        except (ValueError, TypeError, OverflowError):
            reason = "a polygon that is not a list of numbers"
            continue
        if len(ring) >= 3:
            rings.append(ring)
        else:
            reason = "a polygon of less than three points"
    return rings, reason


def _draw_runs(labels: NDArray[np.uint8], counts: Any, value: int) -> str:
    """Draw a run-length encoding into uint8 [H, W]; return what is wrong with it, or ""."""
    try:
        mask = rle.decode(rle.from_text(counts) if isinstance(counts, str) else counts or [], labels.shape[:2])
    except (ValueError, TypeError, OverflowError):
        return "its run-length encoding does not fit the image"
    labels[mask] = value
    return ""
