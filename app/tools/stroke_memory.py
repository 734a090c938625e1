"""StrokeMemory: what is known of the smart strokes on the open image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.document.document import Document
from app.tools.stroke_area import StrokeArea
from segcore.editing import Box, Edit
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX

if TYPE_CHECKING:
    from segcore.interactive.stroke_record import Scribble, StrokeRecord


class StrokeMemory(QObject):
    """Keeps the `StrokeRecord` of the open image in step with its history; another image begins a new one."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._record: StrokeRecord | None = None
        self._scribble: Scribble | None = None
        document.committed.connect(self._commit)
        document.extended.connect(self._extend)
        document.undone.connect(self._undo)
        document.redone.connect(self._redo)
        document.history_changed.connect(self._scribble_ended)
        document.image_changed.connect(self._forget)

    @property
    def origins(self) -> Callable[[Box], NDArray[np.uint8]] | None:
        """See `StrokeRecord.origins`; None before the first stroke on this image."""
        return None if self._record is None else self._record.origins

    def expect(self, area: StrokeArea, value: int) -> None:
        """Take the edit that is committed next for a smart stroke; call it once the labels have been painted."""
        label_map = self._document.label_map
        assert label_map is not None
        # a protected class stays where the pen passes; what is erased is no evidence
        if not area.box.is_empty and value != IGNORE_INDEX:
            self._scribble = partial(_scribble, tuple(area.parts), area.box, label_map.labels[area.box.slices] == value)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _commit(self, edit: Edit) -> None:
        if self._scribble is not None and self._record is None:
            from segcore.interactive.stroke_record import StrokeRecord  # only now: the window must be seen soon

            assert self._document.label_map is not None
            self._record = StrokeRecord(*self._document.label_map.shape)
        if self._record is not None:
            self._record.done(edit, self._scribble)
        self._scribble = None

    def _extend(self, last: Edit, _more: Edit, joined: Edit) -> None:
        if self._record is not None:
            self._record.extended(last, joined)

    def _undo(self, edit: Edit) -> None:
        if self._record is not None:
            self._record.undone(edit)

    def _redo(self, edit: Edit) -> None:
        if self._record is not None:
            self._record.redone(edit)

    def _scribble_ended(self) -> None:
        """Expect nothing more: a stroke that changed nothing was no edit."""
        self._scribble = None

    def _forget(self) -> None:
        self._record = None
        self._scribble = None


def _scribble(parts: Iterable[Covered], box: Box, painted: NDArray[np.bool_]) -> Covered:
    """Put the parts of a stroke in ``box`` together, as far as they were painted."""
    mask = np.zeros_like(painted)
    for part in parts:
        mask[part.box.inside(box).slices] |= part.mask
    return Covered(box, mask & painted)
