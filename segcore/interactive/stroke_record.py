"""StrokeRecord: which painted pixels are a scribble, and which ones a smart stroke grew."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.edit import Edit, Tile
from segcore.editing.recorder import Recorder
from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap

Scribble = Callable[[], Covered]
"""Returns the pixels that the pen covered and that got its class; called once, by the thread that asks for origins."""


class Origin(IntEnum):
    """How a pixel was painted. UNKNOWN: by hand (brush, polygon, fill), before the image was opened, or not at all."""

    GROWN = 0
    SCRIBBLE = 1
    UNKNOWN = IGNORE_INDEX


class _Step(NamedTuple):
    """One edit of the label map, and what it did to the map of origins."""

    edit: weakref.ref[Edit]
    origins: Edit


class StrokeRecord:
    """The origin of each painted pixel of one image, in step with the history of its labels.

    The origins are a map of two classes that the same `Recorder` paints, so undo and redo are the same code as for
    labels. `done`, `undone` and `redone` only note an edit; `origins` works the notes off, on the thread that decides.
    Nothing is written to disk: what was painted before the image was opened is UNKNOWN.

    Parameters
    ----------
    height, width : int
        Of the image, in pixels.
    """

    def __init__(self, height: int, width: int) -> None:
        self._map = LabelMap.blank(height, width)
        self._notes: deque[Callable[[], None]] = deque()
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    def done(self, edit: Edit, scribble: Scribble | None = None) -> None:
        """Note an edit that was done; ``scribble`` tells what the pen covered, None that it was no smart stroke."""
        self._notes.append(partial(self._do, edit, scribble))

    def extended(self, edit: Edit, joined: Edit) -> None:
        """Note that ``joined`` takes the place of an edit, with pixels that nobody painted: their origins stay."""
        self._notes.append(partial(self._rename, edit, joined))

    def undone(self, edit: Edit) -> None:
        """Note an edit that was taken back."""
        self._notes.append(partial(self._move, edit, self._done, self._undone, Edit.undo))

    def redone(self, edit: Edit) -> None:
        """Note an edit that was done again."""
        self._notes.append(partial(self._move, edit, self._undone, self._done, Edit.redo))

    def origins(self, box: Box) -> NDArray[np.uint8]:
        """Return a view, uint8 [box.height, box.width], values of `Origin`; for one thread."""
        while self._notes:
            self._notes.popleft()()
        return self._map.labels[box.slices]

    def _do(self, edit: Edit, scribble: Scribble | None) -> None:
        self._undone.clear()
        self._done.append(_Step(weakref.ref(edit), self._painted(edit, scribble)))

    def _move(
        self, edit: Edit, source: list[_Step], target: list[_Step], way: Callable[[Edit, LabelMap], None]
    ) -> None:
        if source and source[-1].edit() is edit:
            step = source.pop()
            way(step.origins, self._map)
            target.append(step)
        else:  # older than the record
            self._painted(edit, None)

    def _rename(self, edit: Edit, joined: Edit) -> None:
        if self._done and self._done[-1].edit() is edit:
            self._done[-1] = self._done[-1]._replace(edit=weakref.ref(joined))

    def _painted(self, edit: Edit, scribble: Scribble | None) -> Edit:
        """Give the pixels that an edit changed their origin."""
        recorder = Recorder(self._map, edit.name)
        origin = Origin.UNKNOWN if scribble is None else Origin.GROWN
        for tile in edit.tiles:
            if origin == Origin.GROWN or (self._map.labels[tile.box.slices] != Origin.UNKNOWN).any():
                recorder.paint(tile.box, _changed(tile), origin)
        if scribble is not None:
            recorder.paint(*scribble(), Origin.SCRIBBLE)
        return recorder.finish().compress()


def _changed(tile: Tile) -> NDArray[np.bool_]:
    """Bool [h, w]: where an edit changed label or provenance; everywhere when its file is damaged."""
    try:
        return np.asarray((tile.before != tile.after).any(axis=0), np.bool_)
    except LabelError:
        return np.ones((tile.box.height, tile.box.width), np.bool_)
