"""Peek: while Tab is held on the canvas, only the image is shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.canvas import Canvas
from app.canvas.layers import View


class Peek(QObject):
    """Handles Tab on the canvas only; everywhere else it moves the focus as usual."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._before: frozenset[View] | None = None
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Swallow Tab while it is held."""
        kind = event.type()
        if kind == QEvent.Type.FocusOut:
            self._end()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab and not event.modifiers():
            if kind == QEvent.Type.KeyPress:
                if self._before is None and self._canvas.layers:
                    self._before = self._canvas.layers
                    self._canvas.layers = frozenset()
                return True
            if kind == QEvent.Type.KeyRelease:
                if not event.isAutoRepeat():
                    self._end()
                return True
        return False

    def _end(self) -> None:
        if self._before is not None:
            self._canvas.layers, self._before = self._before, None
