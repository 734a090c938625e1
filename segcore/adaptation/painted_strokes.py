"""PaintedStrokes: what a person painted and erased in the open image, in step with its undo history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box, Edit
from segcore.editing.box import EMPTY
from segcore.editing.brush import NOTHING, Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance, values_in

Mask = NDArray[np.bool_]


class Head(Protocol):
    """What learns from strokes; see `LiveHead`."""

    def add_stroke(self, covered: Covered, value: int) -> int:
        """Learn that these pixels are of this class; return a number for `remove_stroke`."""

    def remove_stroke(self, number: int) -> None:
        """Take a stroke back."""


@dataclass(eq=False)
class _Stroke:
    """Pixels of one class that an edit painted, and what the head was told: as many of them as are still so."""

    step: _Step
    value: int
    pixels: int = 0
    number: int | None = None


@dataclass(eq=False)
class _Step:
    """One edit of the history: what it painted, which of its tiles it erased in, and the step that ended that.

    ``confirms``: whether what it confirmed counts as painted.
    """

    edit: Edit
    confirms: bool = True
    strokes: list[_Stroke] = field(default_factory=list)
    erased: Covered | None = None
    filled_by: _Step | None = None


class PaintedStrokes:
    """Tells a head what is painted, and which pixels it must leave empty. For one thread.

    `done`, `undone` and `redone` follow the history, `settle` hands what came of it to the head. Pixels that are
    painted over or erased later do not count any more, and count again when that is undone.

    What a person confirmed counts as painted, except in an image that is done: that is learned as a whole.

    Pixels that were erased stay empty until a stroke paints into what was erased in the same gesture.
    """

    def __init__(self, head: Head) -> None:
        self._head = head
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._gone: list[int] = []  # numbers of strokes that were taken back
        self._lost: set[Box] = set()  # tiles in which painted pixels changed

    def done(self, edit: Edit, confirms: bool = True) -> None:
        """Follow an edit that was done; ``confirms``: what it confirmed counts as painted."""
        self._undone.clear()
        self._do(_Step(edit, confirms))

    def undone(self) -> bool:
        """Follow that the last edit was taken back; False when it was done before this object was made."""
        if not self._done:
            return False
        step = self._done.pop()
        self._gone += [stroke.number for stroke in step.strokes if stroke.number is not None]
        step.strokes = []
        for each in self._done:
            if each.filled_by is step:
                each.filled_by = None
        self._lost |= _Change.of(step.edit).lost
        self._undone.append(step)
        return True

    def redone(self) -> bool:
        """Follow that the edit was done again that was taken back last; False when that was not followed."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._do(_Step(step.edit, step.confirms))
        return True

    def settle(self, label_map: LabelMap) -> None:
        """Bring the head in step with the labels as they are after all that was followed."""
        for number in self._gone:
            self._head.remove_stroke(number)
        self._gone = []
        for step in self._done:
            touched = any(tile.box in self._lost for tile in step.edit.tiles)
            for stroke in step.strokes:
                if touched or stroke.number is None:
                    self._tell(stroke, label_map)
        self._lost = set()

    def kept_empty(self, label_map: LabelMap) -> Iterator[Covered]:
        """Yield the erased pixels that are still without a label, and to be left so."""
        for step in self._done:
            if step.erased is not None and step.filled_by is None:
                box, mask = step.erased
                free = label_map.provenance[box.slices] == Provenance.UNTOUCHED
                yield Covered(box, mask & free)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _do(self, step: _Step) -> None:
        change = _Change.of(step.edit, step.confirms)
        step.strokes = [_Stroke(step, value) for value in sorted(change.painted)]
        step.erased = assembled(change.erased) if change.erased else None
        self._lost |= change.lost
        for pieces in change.painted.values():
            stroke = assembled(pieces)
            for each in self._done:
                if each.erased is not None and each.filled_by is None and _overlap(each.erased, stroke):
                    each.filled_by = step
        self._done.append(step)

    def _tell(self, stroke: _Stroke, label_map: LabelMap) -> None:
        box, mask = assembled(_Change.of(stroke.step.edit, stroke.step.confirms).painted[stroke.value])
        at = box.slices
        mask &= (label_map.labels[at] == stroke.value) & (label_map.provenance[at] >= Provenance.PAINTED)
        pixels = int(mask.sum())
        if pixels == stroke.pixels:
            return
        if stroke.number is not None:
            self._head.remove_stroke(stroke.number)
        stroke.number = self._head.add_stroke(cropped(box, mask), stroke.value) if pixels else None
        stroke.pixels = pixels


@dataclass(frozen=True)
class _Change:
    """What an edit did, tile by tile.

    Attributes
    ----------
    painted : dict[int, list[Covered]]
        By class value: where pixels became painted or confirmed, or got another class by painting.
    erased : list[Covered]
        Where labels became empty.
    lost : set[Box]
        Tiles in which pixels changed that had been painted or confirmed.
    """

    painted: dict[int, list[Covered]]
    erased: list[Covered]
    lost: set[Box]

    @classmethod
    def of(cls, edit: Edit, confirms: bool = True) -> _Change:
        """Return what it did; unless it ``confirms``, what it confirmed is left out."""
        found = cls({}, [], set())
        for tile in edit.tiles:
            (old, held), (new, provenance) = tile.before, tile.after
            was_painted = held >= Provenance.PAINTED
            if (was_painted & ((old != new) | (held != provenance))).any():
                found.lost.add(tile.box)
            erased = (old != IGNORE_INDEX) & (new == IGNORE_INDEX)
            if erased.any():
                found.erased.append(Covered(tile.box, erased))
            by_person = provenance >= Provenance.PAINTED if confirms else provenance == Provenance.PAINTED
            painted = by_person & (new != IGNORE_INDEX) & (~was_painted | (old != new))
            if painted.any():
                for value in values_in(np.where(painted, new, np.uint8(IGNORE_INDEX))):
                    if value != IGNORE_INDEX:
                        pieces = found.painted.setdefault(value, [])
                        pieces.append(Covered(tile.box, painted & (new == value)))
        return found


def assembled(pieces: list[Covered]) -> Covered:
    """Put masks that do not overlap together, and cut away what is empty around."""
    box = EMPTY
    for piece in pieces:
        box = box.united(piece.box)
    whole = np.zeros((box.height, box.width), np.bool_)
    for at, mask in pieces:
        whole[at.top - box.top : at.bottom - box.top, at.left - box.left : at.right - box.left] = mask
    return cropped(box, whole)


def cropped(box: Box, mask: Mask) -> Covered:
    """Cut away what is empty around a mask, bool [box.height, box.width]."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not rows.size:
        return NOTHING
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    inside = Box(box.left + left, box.top + top, box.left + right, box.top + bottom)
    return Covered(inside, np.ascontiguousarray(mask[top:bottom, left:right]))


def _overlap(one: Covered, other: Covered) -> bool:
    both = one.box.shared(other.box)
    if both.is_empty:
        return False
    first, second = (mask[both.inside(box).slices] for box, mask in (one, other))
    return bool((first & second).any())
