"""Compared: what the canvas is compared with, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from segcore.labels.label_map import LabelMap


class Mode(Enum):
    """Where the other labels are shown."""

    OFF = "off"
    SIDE = "side"
    SWIPE = "swipe"


@dataclass(frozen=True)
class Compared:
    """Other labels, on the same or another image.

    Attributes
    ----------
    title : str
        For a person.
    image : NDArray[np.uint8]
        RGB [H, W, 3].
    levels : tuple[NDArray[np.uint8], ...]
        Its `pyramid`.
    label_map : LabelMap
        [H, W].
    predicted : bool
        Whether the labels are the image's prediction.
    """

    title: str
    image: NDArray[np.uint8]
    levels: tuple[NDArray[np.uint8], ...]
    label_map: LabelMap
    predicted: bool = False
