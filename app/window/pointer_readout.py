"""PointerReadout: what is under the pointer, for the status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.canvas.canvas import Canvas
from app.document.document import Document
from app.window.status_bar import StatusBar
from segcore.labels.classes import IGNORE_INDEX


class PointerReadout(QObject):
    """Keeps coordinates, class, probability and zoom up to date."""

    def __init__(self, document: Document, canvas: Canvas, status: StatusBar) -> None:
        super().__init__(canvas)
        self._document = document
        self._status = status
        self._at: tuple[int, int] | None = None
        canvas.cursor_moved.connect(self._move)
        canvas.cursor_left.connect(self._leave)
        canvas.zoom_changed.connect(lambda zoom: status.zoom.setText(f"{zoom:.0%}"))
        for signal in (document.labels_changed, document.prediction_changed, document.classes_changed):
            signal.connect(self._show)

    def _move(self, x: int, y: int) -> None:
        self._at = (x, y)
        self._show()

    def _leave(self) -> None:
        self._at = None
        self._status.clear_pointer()

    def _show(self) -> None:
        if self._at is None or (value := self._document.label_at(*self._at)) is None:
            return
        known = self._document.classes.find(value) if self._document.classes is not None else None
        name = known.name if known is not None else self.tr("unlabelled") if value == IGNORE_INDEX else str(value)
        self._status.show_pointer(*self._at, name, self._document.probability_at(*self._at))
