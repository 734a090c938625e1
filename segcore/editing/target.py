"""Target: the pixels that a command works on: the whole image, a class, or a piece of one."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import NOTHING, Covered
from segcore.editing.fill import region_at
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap


class Where(Enum):
    """Which pixels a person chose.

    PROJECT and PROJECT_CLASS are those of all images, or of one class in all images; one of them is looked at.
    """

    IMAGE = "image"
    CLASS = "class"
    PIECE = "piece"
    PROJECT = "project"
    PROJECT_CLASS = "project_class"


EVERYWHERE = (Where.PROJECT, Where.PROJECT_CLASS)
"""What is about all images."""


class Target(NamedTuple):
    """Pixels, and the class value that all of them have; None where they have several.

    ``covered`` is empty when nothing was found.
    """

    covered: Covered
    value: int | None


def target_of(label_map: LabelMap, where: Where, value: int, point: tuple[int, int] | None = None) -> Target:
    """Return what a command works on.

    Parameters
    ----------
    where : Where
        PIECE: the 4-connected pixels of one label around ``point``.
    value : int
        The class value of CLASS and PROJECT_CLASS; 255: the ignored pixels.
    point : tuple[int, int] or None
        (x, y) in pixels; without it, or outside the image, there is no piece.
    """
    labels = label_map.labels
    height, width = labels.shape
    whole = Box(0, 0, width, height)
    if where in (Where.IMAGE, Where.PROJECT):
        return Target(Covered(whole, np.ones(labels.shape, np.bool_)), None)
    if where in (Where.CLASS, Where.PROJECT_CLASS):
        mask = labels == value
        if value == IGNORE_INDEX:
            mask &= label_map.human()
        return Target(Covered(whole, mask) if mask.any() else NOTHING, value)
    if point is None:
        return Target(NOTHING, None)
    piece = region_at(labels, *point)
    return Target(piece, None if piece.box.is_empty else int(labels[point[1], point[0]]))
