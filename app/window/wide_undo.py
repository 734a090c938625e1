"""WideUndo: what Undo takes back beyond the open image, while it is the last thing that was done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.appearance.undo_notice import UndoNotice
from app.document.document import Document
from segcore.editing import Edit

MOST = 20
"""Edits after which only the button of a notice takes back what it says."""


class WideUndo(QObject):
    """Keeps notices and later edits in the order of time; an edit that is undone is no longer the last thing.

    Only the last notice is shown: the image keeps its room. The one before comes back when that is taken back.
    """

    changed = Signal()
    """Undo may take back something else from now on."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._acts: list[UndoNotice | Edit] = []  # begins with a notice
        document.committed.connect(self._add)
        document.redone.connect(self._add)
        document.extended.connect(self._extend)
        document.undone.connect(self._undone)

    def follow(self, notice: UndoNotice) -> None:
        """Let Undo take back what this notice says, while it is the last thing that was done."""
        notice.offered.connect(partial(self._offer, notice))
        notice.withdrawn.connect(partial(self._withdraw, notice))

    @property
    def name(self) -> str:
        """What `undo` would take back; empty when the last thing that was done is an edit of the open image."""
        last = self._acts[-1] if self._acts else None
        return last.what if isinstance(last, UndoNotice) else ""

    def undo(self) -> None:
        """Do what the button of the notice does."""
        if self._acts and isinstance(last := self._acts[-1], UndoNotice):
            last.undo_button.click()

    def _offer(self, notice: UndoNotice) -> None:
        self._acts = [each for each in self._acts if each is not notice] + [notice]
        self._trim()
        self._show_last()

    def _withdraw(self, notice: UndoNotice) -> None:
        self._acts = [each for each in self._acts if each is not notice]
        self._trim()
        self._show_last()

    def _show_last(self) -> None:
        notices = [each for each in self._acts if isinstance(each, UndoNotice)]
        for notice in notices:
            notice.setVisible(notice is notices[-1])

    def _add(self, edit: Edit) -> None:
        if self._acts:
            self._acts.append(edit)
            self._trim()

    def _extend(self, last: Edit, _more: Edit, joined: Edit) -> None:
        if self._acts and self._acts[-1] is last:
            self._acts[-1] = joined

    def _undone(self, edit: Edit) -> None:
        if self._acts and self._acts[-1] is edit:
            self._acts.pop()
            self._trim()
        else:
            self._add(edit)  # an older one: the labels are others than right after what the notice says

    def _trim(self) -> None:
        """Begin with a notice that Undo can still reach."""
        first = next((n for n, each in enumerate(self._acts) if isinstance(each, UndoNotice)), len(self._acts))
        del self._acts[:first]
        if len(self._acts) > MOST:
            self._acts.clear()
        self.changed.emit()
