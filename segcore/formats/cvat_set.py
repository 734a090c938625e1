"""CvatSet: the polygons, masks, boxes and ellipses of CVAT's XML files as labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from segcore.errors import LabelError
from segcore.formats import rle
from segcore.formats.cvat_xml import Document, read_cvat
from segcore.formats.drawn_set import (
    Drawn,
    DrawnSet,
    Shape,
    ShapeError,
    ellipse,
    named_classes,
    pasted,
    polygon,
    turned,
)
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.json_file import head_of
from segcore.formats.label_picture import Problem

_HEAD = re.compile(
    rb"\s*(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*(<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>\s*)?<annotations>", re.DOTALL
)
_LOOKED_AT = 20


def recognise(path: Path) -> bool:
    """Whether a file, or one of the first in a folder, begins as CVAT's do."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else sorted(path.glob("*.xml"))[:_LOOKED_AT]
    return [each for each in found if each.suffix.lower() == ".xml" and _HEAD.match(head_of(each))]


class CvatSet(DrawnSet):
    """The objects of one or more files, those of a higher ``z_order`` over the others.

    Raises LabelError when no file can be read.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        problems: list[Problem] = []
        self._documents: list[tuple[Path, Document]] = []
        self._of: dict[str, tuple[Path, Document]] = {}
        for file in _files(path):
            try:
                found = read_cvat(file)
            except LabelError as error:
                problems.append(Problem(str(file), error.message, is_file=True))
                continue
            self._documents.append((file, found))
            problems += [
                Problem(f"{self._of[name][0].name}: {name}", "an image of this name is in a later file, which counts")
                for name in found.sizes.keys() & self._of.keys()
            ]
            problems += [
                Problem(f"{file.name}: line {line}", "another image of the same name; its objects are left out")
                for line in found.doubles
            ]
            self._of |= dict.fromkeys(found.sizes, (file, found))
            problems += [Problem(f"{file.name}: line {line}", "a track of a video") for line in found.tracks]
        if not self._documents:
            message = problems[0].reason if problems else f"{path} holds no XML file of CVAT."
            raise LabelError(message, "Choose annotations.xml, or the folder or zip file that holds it.")
        self.problems = tuple(problems)
        labels = {name: color for _, each in self._documents for name, color in each.labels.items()}
        if labels:
            self.classes = foreign_classes((n, name, color) for n, (name, color) in enumerate(labels.items()))
            self._values = {name: n for n, name in enumerate(labels)}
        else:
            names = {a.get("label", "") for _, d in self._documents for o in d.objects.values() for _, _, a in o}
            classes, self._values = named_classes(names, None)
            self.classes = classes

    def names(self) -> Sequence[str]:
        """See `LabelSet`: images without an object have labels, too: they are all background."""
        return list(self._of)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return f"{self._of[name][0].name}: {name}"

    def shapes(self, name: str) -> tuple[tuple[int, int] | None, Sequence[Shape], Sequence[Problem]]:
        """See `DrawnSet`."""
        file, document = self._of[name]
        shapes, problems = [], []
        objects = document.objects.get(name, [])
        for line, kind, attributes in sorted(objects, key=lambda each: _order(each[2])):
            place = f"{file.name}: line {line}"
            value = self._values.get(attributes.get("label", ""))
            if value is None:
                problems.append(Problem(place, "its label is not in the list of labels"))
            else:
                shapes.append(Shape(value, place, partial(_draw, kind, attributes)))
        size = document.sizes[name]
        return size if all(size) else None, shapes, problems


def _order(attributes: dict[str, str]) -> int:
    text = attributes.get("z_order", "0")
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def _draw(kind: str, attributes: dict[str, str], shape: tuple[int, int]) -> Drawn:
    if kind == "mask":
        return _mask(attributes, shape)
    if kind == "polygon":
        pairs = attributes.get("points", "").split(";")
        return polygon([[pair.split(",") for pair in pairs if pair]], shape)
    rotation = _float(attributes, "rotation")  # clockwise, around the centre
    if kind == "box":
        left, top, right, bottom = (_float(attributes, each) for each in ("xtl", "ytl", "xbr", "ybr"))
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return polygon([turned(corners, ((left + right) / 2, (top + bottom) / 2), rotation)], shape)
    if kind == "ellipse":
        x, y, rx, ry = (_float(attributes, each) for each in ("cx", "cy", "rx", "ry"))
        return polygon([turned(ellipse(x, y, rx, ry), (x, y), rotation)], shape)
    raise ShapeError("a point, a line or another shape without an area")


def _mask(attributes: dict[str, str], shape: tuple[int, int]) -> Drawn:
    try:
        left, top, width, height = (int(attributes[each]) for each in ("left", "top", "width", "height"))
        runs = [int(each) for each in attributes["rle"].split(",")]
        mask = rle.decode(runs, (width, height)).T if 0 < width <= shape[1] and 0 < height <= shape[0] else None
    except (KeyError, ValueError, OverflowError) as error:
        raise ShapeError("its run-length encoding does not fit its box") from error
    if mask is None:
        raise ShapeError("its mask is larger than the image")
    return pasted(mask, left, top, shape)


def _float(attributes: dict[str, str], name: str) -> float:
    try:
        return float(attributes.get(name, "0"))
    except ValueError as error:
        raise ShapeError("its numbers cannot be read") from error
