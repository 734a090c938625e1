"""SuperviselySet: the bitmaps, polygons and rectangles of a project of Supervisely as labels."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.errors import ClassesError, LabelError
from segcore.formats.drawn_set import Drawn, DrawnSet, Shape, ShapeError, pasted
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.image_names import image_names
from segcore.formats.json_file import read_json
from segcore.formats.label_picture import Problem

_MAX_BYTES = 1 << 28
"""Of the PNG in an object."""
_FAR = 1 << 15
"""Pixels; OpenCV draws no further."""


def recognise(path: Path) -> bool:
    """Whether a folder holds ``meta.json`` and a folder ``ann`` in one of its folders, or in a dataset of a dataset."""
    return (path / "meta.json").is_file() and any(
        next(path.glob(each), None) is not None for each in ("*/ann", "*/datasets/*/ann")
    )


class SuperviselySet(DrawnSet):
    """The files of all datasets of a project, later objects over earlier ones. Raises LabelError or ClassesError."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        known = image_names(path)
        self._files: dict[str, Path] = {}
        files = sorted(path.glob("**/ann/*.json"))
        counts = Counter(file.name for file in files)
        for file in files:
            plain = file.name.removesuffix(".json")
            whole = (file.parent.with_name("img") / plain).relative_to(path).as_posix()
            self._files[known.get(plain, plain) if counts[file.name] == 1 else whole] = file
        if not self._files:
            raise LabelError(f"{path} holds no project of Supervisely.", "Choose the folder that holds meta.json.")
        meta = path / "meta.json"
        data = read_json(meta)
        entries = data.get("classes") if isinstance(data, dict) else None
        named = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
        titles = {str(each["title"]): each.get("color") for each in named if "title" in each}
        self._values = {title: value for value, title in enumerate(titles)}
        try:
            self.classes = foreign_classes((n, title, color) for n, (title, color) in enumerate(titles.items()))
        except ClassesError as error:
            raise ClassesError(f"{meta}: {error.message}", error.remedy) from error

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])

    def shapes(self, name: str) -> tuple[tuple[int, int] | None, Sequence[Shape], Sequence[Problem]]:
        """See `DrawnSet`."""
        file = self._files[name]
        data = read_json(file)
        objects = data.get("objects") if isinstance(data, dict) else None
        if not isinstance(objects, list):
            raise LabelError(f"{file} holds no objects.", "Export the project from Supervisely again.")
        shapes, problems = [], []
        for number, each in enumerate(objects, 1):
            place = f"{file.name}: object {number}"
            value = self._values.get(str(each.get("classTitle"))) if isinstance(each, dict) else None
            if value is None:
                problems.append(Problem(place, "its class is not in meta.json"))
            else:
                shapes.append(Shape(value, place, partial(_draw, each)))
        size = data.get("size")
        sides = (size.get("height"), size.get("width")) if isinstance(size, dict) else (None, None)
        height, width = sides
        return (height, width) if isinstance(height, int) and isinstance(width, int) else None, shapes, problems


def _draw(entry: dict[str, Any], shape: tuple[int, int]) -> Drawn:
    kind = entry.get("geometryType") or ("bitmap" if entry.get("bitmap") else "polygon")
    if kind == "bitmap":
        return _bitmap(entry.get("bitmap"), shape)
    points = entry.get("points")
    if kind in ("polygon", "rectangle") and isinstance(points, dict):
        holes = points.get("interior")
        rings = [points.get("exterior"), *(holes if isinstance(holes, list) else [])]
        return _outlined(rings, shape, kind == "rectangle")
    raise ShapeError("a point, a line or another shape without an area")


def _outlined(rings: Sequence[Any], shape: tuple[int, int], is_box: bool) -> Drawn:
    """Draw outlines whose points are pixels that belong to the object, as Supervisely's SDK does with OpenCV."""
    import cv2

    try:
        found = [np.asarray(ring, np.float64).reshape(-1, 2) for ring in rings]
        if not all(np.isfinite(ring).all() for ring in found):
            raise ValueError("not a number")
    except (TypeError, ValueError, OverflowError) as error:
        raise ShapeError("a polygon that is not a list of numbers") from error
    if is_box and len(found[0]) == 2:
        (x, y), (x1, y1) = found[0]
        found = [np.array([(x, y), (x1, y), (x1, y1), (x, y1)])]
    if len(found[0]) < 3:
        raise ShapeError("a polygon of less than three points")
    mask = np.zeros(shape, np.uint8)
    for number, ring in enumerate(found):
        points = np.clip(np.round(ring), -_FAR, _FAR).astype(np.int32)
        if len(points):
            cv2.fillPoly(mask, [points], color=int(number == 0))
    if not mask.any():
        raise ShapeError("a polygon that holds no pixel of the image")
    return slice(0, shape[0]), slice(0, shape[1]), mask == 1


def _bitmap(found: Any, shape: tuple[int, int]) -> Drawn:
    try:
        inflating = zlib.decompressobj()
        data = inflating.decompress(base64.b64decode(found["data"], validate=True), _MAX_BYTES)
        mask = _mask(data, shape)
        left, top = (int(value) for value in found["origin"])
    except (
        KeyError,
        TypeError,
        ValueError,
        OSError,
        SyntaxError,
        OverflowError,
        binascii.Error,
        zlib.error,
        Image.DecompressionBombError,
    ) as error:
        raise ShapeError("its mask cannot be read") from error
    return pasted(mask, left, top, shape)


def _mask(data: bytes, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return where a PNG is not black, or, with an alpha channel, not transparent, as Supervisely's SDK has it."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        if image.width > shape[1] or image.height > shape[0]:
            raise ValueError("it is larger than the image")
        if image.mode in ("RGBA", "LA"):
            return np.asarray(image.getchannel("A"), np.bool_)
        return np.asarray(np.asarray(image.convert("RGB")).max(2), np.bool_)
