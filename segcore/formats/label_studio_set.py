"""LabelStudioSet: Label Studio's JSON exports: brush strokes, polygons and rectangles of the newest annotation.

JSON-MIN, its shorter export, has an entry for each annotation: the data of its task beside the regions of each tag.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

from segcore.errors import LabelError
from segcore.formats.brush import decode_brush
from segcore.formats.drawn_set import (
    Drawn,
    DrawnSet,
    Shape,
    ShapeError,
    ellipse,
    named_classes,
    own_classes,
    pasted,
    polygon,
    turned,
)
from segcore.formats.json_file import head_of, read_json
from segcore.formats.label_matching import Matches, base_of, match_names
from segcore.formats.label_picture import Problem
from segcore.images.list_images import IMAGE_SUFFIXES

_MIN = rb'"(annotation_id|annotator|original_width|(brush|polygon|rectangle|ellipse)labels)"|"format"\s*:\s*"rle"'
_HEAD = re.compile(rb'\s*\[\s*\{.*("(annotations|completions)"\s*:|' + _MIN + rb")", re.DOTALL)
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")
_LEFT_OUT = re.compile(r"[^-\w.]")
_LOOKED_AT = 20
_Task = tuple[str, list[Any]]


def recognise(path: Path) -> bool:
    """Whether a file, or one of the first in a folder, begins as Label Studio's do."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else sorted(path.glob("*.json"))[:_LOOKED_AT]
    return [each for each in found if each.suffix.lower() == ".json" and _HEAD.match(head_of(each))]


class LabelStudioSet(DrawnSet):
    """The tasks of one or more files; tasks without an annotation have no labels.

    Raises LabelError when no file can be read.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        problems: list[Problem] = []
        self._tasks: dict[str, _Task] = {}
        files = _files(path)
        for file in files:
            try:
                self._read(file, read_json(file), problems)
            except LabelError as error:
                problems.append(Problem(str(file), error.message, is_file=True))
        if not self._tasks:
            message = problems[0].reason if problems else f"{path} holds no annotated tasks of Label Studio."
            raise LabelError(message, "Export the project as JSON.")
        self.problems = tuple(problems)
        names = {label for _, result in self._tasks.values() for each in result if (label := _label(each))}
        folder = path.parent if path.is_file() else path
        classes, self._values = named_classes(names, own_classes(folder / "classes.json"))
        self.classes = classes

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._tasks)

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`: an upload has another name where its own has spaces or brackets."""
        return match_names(image_ids, self.names(), (_uploaded, base_of))

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return f"{self._tasks[name][0]}: {name}"

    def shapes(self, name: str) -> tuple[tuple[int, int] | None, Sequence[Shape], Sequence[Problem]]:
        """See `DrawnSet`."""
        file, result = self._tasks[name]
        size: tuple[int, int] | None = None
        shapes, problems = [], []
        for number, each in enumerate(result, 1):
            place = f"{file}: {name}: region {number}"
            label = _label(each)
            if not label:
                problems.append(Problem(place, "a region without a label"))
                continue
            height, width = each.get("original_height"), each.get("original_width")
            if isinstance(height, int) and isinstance(width, int):
                size = height, width
            shapes.append(Shape(self._values[label], place, partial(_draw, each)))
        return size, shapes, problems

    def _read(self, file: Path, data: Any, problems: list[Problem]) -> None:
        for number, task in enumerate(data if isinstance(data, list) else [], 1):
            place = f"{file.name}: task {number}"
            name = _image(task)
            if not name:
                problems.append(Problem(place, "a task without an image"))
                continue
            found = task.get("annotations", task.get("completions", _of_entry(task)))
            done = [each for each in found if _is_done(each)] if isinstance(found, list) else []
            if done and name in self._tasks:
                problems.append(Problem(place, "a second task of an image of this name; it is left out"))
            elif done:
                self._tasks[name] = file.name, done[-1]["result"]


def _of_entry(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the annotation of an entry of JSON-MIN, as the full export has it."""
    regions = [
        {**value, "value": value}
        for found in entry.values()
        for value in (found if isinstance(found, list) else [])
        if isinstance(value, dict) and _named(value)
    ]
    return [{"result": regions}] if regions or "annotation_id" in entry else []


def _named(value: dict[str, Any]) -> Any:
    """Return the labels of a region, whatever its tag is."""
    return next((found for key, found in value.items() if key.endswith("labels") and isinstance(found, list)), None)


def _is_done(annotation: Any) -> bool:
    return (
        isinstance(annotation, dict)
        and isinstance(annotation.get("result"), list)
        and not annotation.get("was_cancelled")
    )


def _image(task: Any) -> str:
    """Return the path of a task's image: of a local file, an upload without its first eight letters, or of a URL."""
    data = task.get("data", task) if isinstance(task, dict) else None
    if not isinstance(data, dict):
        return ""
    texts = [each for each in data.values() if isinstance(each, str)]
    pictures = [each for each in texts if each.lower().partition("?")[0].endswith(tuple(IMAGE_SUFFIXES))]
    address = data.get("image") or next(iter(pictures or texts), "")
    if not isinstance(address, str) or not address:
        return ""
    try:
        parts = urlsplit(address)
        hidden = parse_qs(parts.query).get("fileuri")  # how Label Studio asks itself for a file in a bucket
        if hidden:
            parts = urlsplit(base64.urlsafe_b64decode(hidden[0] + "==").decode())
    except ValueError:
        return ""
    if parts.query.startswith("d="):
        return unquote(parts.query[2:]).replace("\\", "/").removeprefix("images/")
    path = unquote(parts.path).lstrip("/")
    return _UPLOADED.sub("", path.rpartition("/")[2]) if path.startswith("data/upload/") else path


def _uploaded(image_id: str) -> str:
    """Return what Label Studio calls an image that was uploaded: a name as Django's ``get_valid_filename`` makes it."""
    return _LEFT_OUT.sub("", base_of(image_id).strip().replace(" ", "_"))


def _label(region: Any) -> str:
    """Return the label of a region, "" when it has none."""
    if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
        return ""
    found = region["value"].get(str(region.get("type"))) or _named(region["value"])
    return str(found[0]) if isinstance(found, list) and found else ""


def _draw(region: dict[str, Any], shape: tuple[int, int]) -> Drawn:
    value, scale = region["value"], np.array([shape[1], shape[0]]) / 100
    if value.get("format") == "rle" or "rle" in value:
        try:
            return pasted(decode_brush(value["rle"], shape), 0, 0, shape)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ShapeError("its run-length encoding does not fit the image") from error
    try:
        if isinstance(value.get("points"), list):
            return polygon([np.asarray(value["points"], np.float64).reshape(-1, 2) * scale], shape)
        x, y = np.array([value["x"], value["y"]], np.float64) * scale
        rotation = float(value.get("rotation") or 0)  # clockwise, around (x, y)
        if "radiusX" in value:
            rx, ry = np.array([value["radiusX"], value["radiusY"]], np.float64) * scale
            return polygon([turned(ellipse(x, y, rx, ry), (x, y), rotation)], shape)
        if "width" in value:
            width, height = np.array([value["width"], value["height"]], np.float64) * scale
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            return polygon([turned(corners, (x, y), rotation)], shape)
    except KeyError:
        pass
    except (TypeError, ValueError, OverflowError) as error:
        raise ShapeError("its numbers cannot be read") from error
    raise ShapeError("a point, a line or another shape without an area")
