"""CanvasClicks: while a command asks, a click on the canvas chooses a piece, Enter applies and Esc cancels."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.canvas.canvas import Canvas

LEFT = Qt.MouseButton.LeftButton
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CanvasClicks(QObject):
    """Does nothing before `begin` and after `end`.

    Attributes
    ----------
    picks : bool
        Whether a click with the left button chooses a piece, in place of what the tool would do.
    pixel : tuple[int, int] or None
        (x, y) of the pixel that was under the pointer last; it need not be there any more.
    """

    picked = Signal(int, int)
    """(x, y) of the pixel that was clicked."""
    applied = Signal()
    cancelled = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._on = False
        self.picks = False
        self.pixel: tuple[int, int] | None = None
        canvas.installEventFilter(self)
        canvas.cursor_moved.connect(self._move)

    def begin(self) -> None:
        """React to clicks and keys."""
        self._on = True

    def end(self) -> None:
        """Leave everything to the tool."""
        self._on = self.picks = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what is meant for the command."""
        if not self._on:
            return False
        if isinstance(event, QMouseEvent) and self.picks and event.button() == LEFT:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
                point = self._canvas.transform.to_image(event.position())
                self.picked.emit(math.floor(point.x), math.floor(point.y))
                return True
            return plain and event.type() == QEvent.Type.MouseButtonRelease
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in ENTER and not self._canvas.tool.finish():
                self.applied.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and not self._canvas.tool.cancel():
                self.cancelled.emit()
                return True
        return False

    def _move(self, x: int, y: int) -> None:
        self.pixel = x, y
