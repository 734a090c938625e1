"""LabelmeSet: labelme's JSON files as labels; every shape is drawn as labelme draws it."""

from __future__ import annotations

import base64
import binascii
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from segcore.errors import LabelError, LabelSizeError, MaskwrightError
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.json_file import first_files, head_of, read_json
from segcore.formats.label_matching import Matches, base_of, match_names
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import Contents, LabelSet
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.progress import Progress, Task

_MARKS = re.compile(rb'"(shapes|imagePath|imageData|version|flags|lineColor)"\s*:')
_LOOKED_AT = 20


def recognise(path: Path) -> bool:
    """Whether a file, or one of the first in a folder or its sub-folders, begins with names that labelme writes."""
    files = list(_files(path)) if path.is_file() else first_files(path, ".json")
    return any(_is_labelme(file) for file in files[:_LOOKED_AT])


def _is_labelme(file: Path) -> bool:
    return len({mark.lower() for mark in _MARKS.findall(head_of(file))}) >= 2


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        return iter([path] if path.suffix.lower() == ".json" else [])
    found = (each for each in path.rglob("*.json") if not each.name.startswith("."))
    return (each for each in found if each.name not in ("classes.json", "export_report.json"))


def read_labelme(path: Path) -> Task[LabelSet]:
    """Look into the files in a folder and its sub-folders, or into one. A file that is damaged is a problem.

    Raises LabelError when there is no sound file at all.
    """
    folder = path.parent if path.is_file() else path
    found: dict[str, Path] = {}
    given: dict[str, str] = {}
    problems: list[Problem] = []
    names: dict[str, None] = {}
    files = sorted(_files(path))
    for number, file in enumerate(files):
        yield Progress(number, len(files), file.name)
        try:
            data = read_json(file)
        except LabelError as error:
            problems.append(Problem(str(file), error.message, is_file=True))
            continue
        if not isinstance(data, dict) or not isinstance(data.get("shapes"), list):
            continue
        name, given_name = _image_of(file, data, folder)
        found[name], given[name] = file, given_name
        names |= {str(each["label"]): None for each in data["shapes"] if isinstance(each, dict) and "label" in each}
    if not found:
        first = problems[0] if problems else None
        raise LabelError(
            first.reason if first else f"{path} holds no file of labelme.", "Choose the folder with the JSON files."
        )
    return LabelmeSet(path, found, given, _classes(folder / "classes.json", list(names)), tuple(problems))


class LabelmeSet(LabelSet):
    """The shapes of many files; later ones are drawn over earlier ones.

    Parameters
    ----------
    path : Path
        The data set.
    files : mapping of str to Path
        The file of each image.
    given : mapping of str to str
        The name of the image that each file holds, without folders; "" where it holds none.
    classes : ClassSet or None
        Of the labels in the files.
    problems : tuple of Problem
        What is wrong with other files.
    """

    open_is_background = True

    def __init__(
        self,
        path: Path,
        files: Mapping[str, Path],
        given: Mapping[str, str],
        classes: ClassSet | None,
        problems: tuple[Problem, ...],
    ) -> None:
        super().__init__(path)
        self._files, self._given, self.classes, self.problems = files, given, classes, problems

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`: a file may have another name than its image, which it names itself."""
        return match_names(image_ids, self.names(), (base_of, self._given.__getitem__))

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """See `LabelSet`."""
        shapes, problems = self._shapes(name, shape)
        return Contents([*sorted({value for value, _, _ in shapes}), IGNORE_INDEX], problems=problems)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        labels = np.full(shape, IGNORE_INDEX, np.uint8)
        shapes, problems = self._shapes(name, shape)
        found = list(problems)
        for value, entry, place in shapes:
            mask, reason = drawn(entry, shape)
            labels[mask] = value
            if reason:
                found.append(Problem(place, reason))
        return LabelPicture(labels, problems=tuple(found))

    def _shapes(
        self, name: str, shape: tuple[int, int]
    ) -> tuple[list[tuple[int, dict[str, Any], str]], tuple[Problem, ...]]:
        file = self._files[name]
        data = read_json(file)
        size = data.get("imageHeight"), data.get("imageWidth")
        if all(isinstance(side, int) for side in size) and size != shape:
            raise LabelSizeError(
                f"{file} measures {size[1]} x {size[0]}, its image {shape[1]} x {shape[0]}.",
                "Use the annotations that belong to this image.",
                (int(size[0]), int(size[1])),
            )
        shapes, problems = [], []
        for number, entry in enumerate(data["shapes"], 1):
            place = f"{file.name}: shape {number}"
            found = None
            if isinstance(entry, dict) and self.classes is not None:
                found = self.classes.named(str(entry.get("label", "")) or " ")
            if found is None:
                problems.append(Problem(place, "a shape without a label"))
            else:
                shapes.append((found.index, entry, place))
        return shapes, tuple(problems)


def _image_of(file: Path, data: dict[str, Any], folder: Path) -> tuple[str, str]:
    """Return the image of a file: the one of its own stem, with the extension of ``imagePath``; and ``imagePath``."""
    stem = file.relative_to(folder).as_posix().removesuffix(".json")
    given = base_of(str(data.get("imagePath") or "").replace("\\", "/"))
    return f"{stem}{Path(given).suffix}" if Path(given).stem == Path(stem).name else stem, given


def _classes(path: Path, names: Sequence[str]) -> ClassSet | None:
    """Return the classes of our own export where they name all labels, else the labels in the order of the alphabet."""
    wanted = sorted({" ".join(name.split()) or "_" for name in names}, key=lambda name: (name.casefold(), name))
    try:
        own = ClassSet.from_file(path)
        if all(own.named(name) for name in names):
            return own
    except MaskwrightError:
        pass
    unique = list({name.casefold(): name for name in reversed(wanted)}.values())[::-1]
    return foreign_classes((place, name, None) for place, name in enumerate(unique)) if unique else None


def drawn(entry: dict[str, Any], shape: tuple[int, int]) -> tuple[NDArray[np.bool_], str]:
    """Draw a shape as labelme's ``shape_to_mask`` does, bool [H, W]; return what is wrong with it, too, or ""."""
    nothing = np.zeros(shape, np.bool_)
    try:
        points = [(float(x), float(y)) for x, y in entry["points"]]
        if not all(map(math.isfinite, (value for point in points for value in point))):
            raise ValueError("not a number")
    except (KeyError, TypeError, ValueError, OverflowError):
        return nothing, "its points are not numbers"
    kind = entry.get("shape_type") or "polygon"
    if kind == "mask":
        return _of_mask(entry, points, nothing)
    image = Image.new("1", shape[::-1])
    draw = ImageDraw.Draw(image)
    if kind == "circle" and len(points) == 2:
        (x, y), (x1, y1) = points
        radius = math.hypot(x - x1, y - y1)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=1, fill=1)
    elif kind == "rectangle" and len(points) == 2:
        (x, y), (x1, y1) = points
        draw.rectangle([min(x, x1), min(y, y1), max(x, x1), max(y, y1)], outline=1, fill=1)
    elif kind == "polygon" and len(points) > 2:
        draw.polygon(points, outline=1, fill=1)
    elif kind == "polygon":
        return nothing, "a polygon of less than three points"
    else:
        return nothing, "a point, a line or another shape without an area"
    mask = np.array(image, np.bool_)
    return mask, "" if mask.any() else "a polygon that holds no pixel of the image"


def _of_mask(
    entry: dict[str, Any], points: list[tuple[float, float]], mask: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], str]:
    try:
        data = base64.b64decode(entry["mask"], validate=True)
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if image.width > mask.shape[1] or image.height > mask.shape[0]:
                return mask, "its mask is larger than the image"
            found = np.array(image.convert("1"), np.bool_)
        left, top = (int(value) for value in points[0])
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        OSError,
        SyntaxError,
        binascii.Error,
        Image.DecompressionBombError,
    ):
        return mask, "its mask cannot be read"
    if left < 0 or top < 0:
        return mask, "its mask lies outside the image"
    target = mask[top : top + found.shape[0], left : left + found.shape[1]]
    target |= found[: target.shape[0], : target.shape[1]]
    return mask, ""
