"""DrawnSet: what the readers of objects share: the objects of an image are drawn one over the other."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from segcore.errors import LabelError, LabelSizeError, MaskwrightError
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import Contents, LabelSet
from segcore.formats.polygons import fill
from segcore.labels.classes import IGNORE_INDEX, ClassSet

Drawn = tuple[slice, slice, NDArray[np.bool_]]
"""Rows and columns of a box in the image, and the pixels of an object in it."""


class ShapeError(LabelError):
    """An object cannot be drawn; ``reason`` names no place and no number, see `Problem`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "")


@dataclass(frozen=True)
class Shape:
    """An object: its class value, where it stands, and what draws it into an image of a (height, width).

    ``draw`` raises ShapeError.
    """

    value: int
    place: str
    draw: Callable[[tuple[int, int]], Drawn]


class DrawnSet(LabelSet):
    """Labels that are objects; pixels outside all of them are background."""

    open_is_background = True

    @abstractmethod
    def shapes(self, name: str) -> tuple[tuple[int, int] | None, Sequence[Shape], Sequence[Problem]]:
        """Return (height, width) of an image where it is known, its objects, lowest first, and what is wrong."""

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """See `LabelSet`."""
        size, shapes, problems = self.shapes(name)
        self._check(name, size, shape)
        return Contents([*sorted({each.value for each in shapes}), IGNORE_INDEX], problems=tuple(problems))

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        size, shapes, problems = self.shapes(name)
        self._check(name, size, shape)
        labels = np.full(shape, IGNORE_INDEX, np.uint8)
        found = list(problems)
        for each in shapes:
            try:
                rows, columns, mask = each.draw(shape)
            except ShapeError as error:
                found.append(Problem(each.place, error.message))
            else:
                labels[rows, columns][mask] = each.value
        return LabelPicture(labels, problems=tuple(found))

    def _check(self, name: str, size: tuple[int, int] | None, shape: tuple[int, int]) -> None:
        if size is not None and size != shape:
            raise LabelSizeError(
                f"{self.place(name)} measures {size[1]} x {size[0]}, its image {shape[1]} x {shape[0]}.",
                "Use the annotations that belong to this image.",
                size,
            )


def polygon(rings: Iterable[ArrayLike], shape: tuple[int, int]) -> Drawn:
    """Draw a polygon, its outline first, then its holes: lists of [x, y] along the edges of pixels.

    Raises ShapeError.
    """
    try:
        found = [np.asarray(ring, np.float64).reshape(-1, 2) for ring in rings]
    except (TypeError, ValueError, OverflowError) as error:
        raise ShapeError("a polygon that is not a list of numbers") from error
    if not found or len(found[0]) < 3:
        raise ShapeError("a polygon of less than three points")
    drawn = fill(found, shape)
    if not drawn[2].any():
        raise ShapeError("a polygon that holds no pixel of the image")
    return drawn


def turned(points: ArrayLike, centre: tuple[float, float], degrees: float) -> NDArray[np.float64]:
    """Turn points [N, 2] clockwise, as seen with y downwards."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    found: NDArray[np.float64] = (np.asarray(points, np.float64) - centre) @ turn + centre
    return found


def ellipse(x: float, y: float, rx: float, ry: float) -> NDArray[np.float64]:
    """Return 180 points [N, 2] of an ellipse around (x, y)."""
    angles = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    return np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], 1)


def pasted(mask: NDArray[np.bool_], left: int, top: int, shape: tuple[int, int]) -> Drawn:
    """Put a mask, bool [h, w], into an image; what lies outside is cut off. Raises ShapeError when all of it does."""
    first, last = max(0, -top), min(mask.shape[0], shape[0] - top)
    begin, end = max(0, -left), min(mask.shape[1], shape[1] - left)
    if first >= last or begin >= end:
        raise ShapeError("its mask lies outside the image")
    return slice(top + first, top + last), slice(left + begin, left + end), mask[first:last, begin:end]


def named_classes(names: Iterable[str], own: ClassSet | None) -> tuple[ClassSet | None, dict[str, int]]:
    """Return the classes and the value of each name: of ``own`` where it has all names, else in alphabetic order."""
    wanted = sorted(set(names), key=str.casefold)
    known = {name: each.index for name in wanted if own is not None and (each := own.named(name)) is not None}
    if own is not None and len(known) == len(wanted):
        return own, known
    entries = [(value, " ".join(name.split()), None) for value, name in enumerate(wanted)]
    return foreign_classes(entries) if entries else None, {name: value for value, name in enumerate(wanted)}


def own_classes(path: Path) -> ClassSet | None:
    """Return the classes of a ``classes.json`` of our export; None when it is not there or damaged."""
    try:
        return ClassSet.from_file(path)
    except MaskwrightError:
        return None
