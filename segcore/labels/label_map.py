"""LabelMap: what each pixel is, and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX

_STRIP = 1 << 20
"""Pixels that are looked at together."""


class Provenance(IntEnum):
    """How a pixel came to its label. From PAINTED on it is ground truth: a person painted or confirmed it.

    Marking an image as done confirms all its pixels: the painted ones become PAINTED_CONFIRMED, so that they are known
    as painted when the image is reopened.
    """

    UNTOUCHED = 0
    PREDICTED = 1
    PAINTED = 2
    CONFIRMED = 3
    PAINTED_CONFIRMED = 4


def _table(**changed: Provenance) -> NDArray[np.uint8]:
    """Return what each provenance becomes, uint8 [256]."""
    table = np.arange(256, dtype=np.uint8)
    for name, after in changed.items():
        table[Provenance[name]] = after
    return table


_CONFIRMED = _table(
    UNTOUCHED=Provenance.CONFIRMED, PREDICTED=Provenance.CONFIRMED, PAINTED=Provenance.PAINTED_CONFIRMED
)
_REOPENED = _table(CONFIRMED=Provenance.PREDICTED, PAINTED_CONFIRMED=Provenance.PAINTED)


class State(IntEnum):
    """How far an image has come; always derived from its provenance."""

    NEW = 0
    PREDICTED = 1
    IN_PROGRESS = 2
    DONE = 3


@dataclass
class LabelMap:
    """Labels and provenance of one image.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values, 255 = ignore.
    provenance : NDArray[np.uint8]
        [H, W], values of `Provenance`.
    """

    labels: NDArray[np.uint8]
    provenance: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for array in (self.labels, self.provenance):
            if array.dtype != np.uint8 or array.ndim != 2:
                raise LabelError(f"A label map must be uint8 [H, W], not {array.dtype} {array.shape}.")
        if self.labels.shape != self.provenance.shape:
            raise LabelError(f"Labels are {self.labels.shape}, their provenance {self.provenance.shape}.")

    @classmethod
    def blank(cls, height: int, width: int) -> LabelMap:
        """Nothing known yet: all ignore, all untouched."""
        return cls(np.full((height, width), IGNORE_INDEX, np.uint8), np.zeros((height, width), np.uint8))

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width)."""
        return self.labels.shape[0], self.labels.shape[1]

    def human(self) -> NDArray[np.bool_]:
        """Bool [H, W]: pixels that a person painted or confirmed."""
        return self.provenance >= Provenance.PAINTED

    def open(self) -> NDArray[np.bool_]:
        """Bool [H, W]: pixels a prediction, a CRF pass or an import may still change."""
        return self.provenance < Provenance.PAINTED

    def ignored(self) -> NDArray[np.bool_]:
        """Bool [H, W]: see `is_ignored`."""
        return is_ignored(self.labels, self.provenance)

    def ground_truth(self) -> NDArray[np.uint8]:
        """Uint8 [H, W]: labels that a person painted or confirmed, 255 elsewhere."""
        return np.where(self.human(), self.labels, np.uint8(IGNORE_INDEX))

    def accept(self, labels: NDArray[np.uint8]) -> LabelMap:
        """Return a copy in which every open pixel has the predicted label; 255 in ``labels`` leaves the pixel alone."""
        if labels.shape != self.labels.shape:
            raise LabelError(f"The prediction is {labels.shape}, the image {self.shape}.", "Predict this image again.")
        change = self.open() & (labels != IGNORE_INDEX)
        return LabelMap(
            np.where(change, labels, self.labels),
            np.where(change, np.uint8(Provenance.PREDICTED), self.provenance),
        )

    def confirm(self) -> LabelMap:
        """Return a copy in which every pixel is confirmed: the image is done.

        Predicted pixels become confirmed, and so do untouched ones: there is nothing to label, they stay 255 (ignore)
        for training and export. Painted pixels become painted and confirmed.
        """
        return LabelMap(self.labels.copy(), looked_up(self.provenance, _CONFIRMED))

    def reopen(self) -> LabelMap:
        """Return a copy in which confirmed pixels are merely predicted (255: untouched) again; painted ones stay."""
        changed = looked_up(self.provenance, _REOPENED)
        nothing = (self.provenance == Provenance.CONFIRMED) & (self.labels == IGNORE_INDEX)
        np.copyto(changed, np.uint8(Provenance.UNTOUCHED), where=nothing)
        return LabelMap(self.labels.copy(), changed)

    def complete(self) -> bool:
        """Whether every pixel is painted while nobody has said yet that the image is done."""
        painted, rows = Provenance.PAINTED, max(1, _STRIP // max(1, self.shape[1]))
        if (self.provenance[::rows, ::64] != painted).any():  # nearly always
            return False
        strips = (self.provenance[top : top + rows] for top in range(0, self.shape[0], rows))
        return all(bool((strip == painted).all()) for strip in strips)

    def is_new(self) -> bool:
        """Whether nothing is known of any pixel."""
        return bool(self.provenance.max(initial=Provenance.UNTOUCHED) == Provenance.UNTOUCHED)

    def state(self) -> State:
        """Return NEW (nothing known), PREDICTED (only by a model), IN_PROGRESS (a person began) or DONE.

        DONE: a person marked the image as done (`confirm`), and no pixel is merely predicted. Painting all
        pixels does not make it done, and painting some pixels of a done image leaves it done.
        """
        highest = int(self.provenance.max(initial=Provenance.UNTOUCHED))
        if highest < Provenance.PAINTED:
            return State.PREDICTED if highest == Provenance.PREDICTED else State.NEW
        if highest >= Provenance.CONFIRMED and not _occurs(Provenance.PREDICTED, self.provenance):
            return State.DONE
        return State.IN_PROGRESS


def is_ignored(labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Bool, the shape of both: a person said that no class is wanted there; unlabelled pixels are not among them."""
    found: NDArray[np.bool_] = (labels == IGNORE_INDEX) & (provenance >= Provenance.PAINTED)
    return found


def _occurs(value: int, array: NDArray[np.uint8]) -> bool:
    """Whether a value is in uint8 [H, W]; looked for in strips, so that it is found soon and takes no memory."""
    rows = max(1, _STRIP // max(1, array.shape[1]))
    return any(bool((array[top : top + rows] == value).any()) for top in range(0, array.shape[0], rows))


def looked_up(array: NDArray[np.uint8], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Look the values of uint8 [H, W] up in a table, uint8 [256]; the result is a copy.

    OpenCV is many times quicker than NumPy at it, but takes no empty array.
    """
    import cv2  # only now: the window must be seen soon

    return np.asarray(cv2.LUT(array, table), np.uint8) if array.size else array.copy()


def values_in(array: NDArray[np.uint8]) -> list[int]:
    """Return the values that occur in uint8 [H, W], sorted.

    OpenCV's histogram is many times quicker than `numpy.bincount` or `numpy.unique`, and other threads go on.
    """
    import cv2  # only now: the window must be seen soon

    if not array.size:
        return []
    counts = cv2.calcHist([np.ascontiguousarray(array)], [0], None, [256], [0, 256])
    return [int(value) for value in np.flatnonzero(counts)]
