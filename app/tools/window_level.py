"""WindowLevelTool: a drag on the image sets window and level of what is seen; labels and files stay as they are."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import Pointer, Tool
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from segcore.editing.brush import Point

SHOWN_MS = 1200
PAD, BESIDE = 6.0, 18.0
"""View pixels: around the text, and between the pointer and the text."""


class WindowLevelTool(Tool):
    """To the right for a wider window, up for a lower level; a double click goes back to the range of the image."""

    began = Signal()
    """A drag begins."""
    moved = Signal(float, float)
    """View pixels to the right and down since the drag began."""
    cancelled = Signal()
    """All is to be as it was when the drag began."""
    reset_wanted = Signal()

    edits = False
    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self.text = ""
        self._from: Pointer | None = None
        self._at = Point(0.0, 0.0)
        self._shown = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._shown.timeout.connect(self.preview_changed)
        document.image_changed.connect(self._forget)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Drag right for less contrast, up for more brightness. A double click resets.")

    def say(self, text: str) -> None:
        """Show this beside the pointer for a moment."""
        self.text = text
        self._shown.start()
        self.preview_changed.emit()

    def press(self, pointer: Pointer) -> None:
        """Begin."""
        self._from, self._at = pointer, pointer.point
        self.began.emit()

    def drag(self, pointer: Pointer) -> None:
        """Change window and level."""
        if self._from is not None:
            self._at, first = pointer.point, self._from.point
            self.moved.emit((self._at.x - first.x) * pointer.scale, (self._at.y - first.y) * pointer.scale)

    def release(self, pointer: Pointer) -> None:
        """Keep them."""
        self._from = None

    def double_click(self, pointer: Pointer) -> None:
        """Go back to the range of the image."""
        self._from, self._at = None, pointer.point
        self.reset_wanted.emit()

    def hover(self, pointer: Pointer | None) -> None:
        """Let the text follow the pointer while it is shown."""
        if pointer is not None and self._shown.isActive():
            self._at = pointer.point
            self.preview_changed.emit()

    def cancel(self) -> bool:
        """Go back to what was when the drag began."""
        if self._from is None:
            return False
        self._from = None
        self.cancelled.emit()
        return True

    def leave(self) -> None:
        """Keep what was set."""
        self._forget()

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the text."""
        if self.preview_rect(transform).isEmpty():
            return
        at, room = transform.to_view(self._at), painter.viewport()
        box = QRectF(at + QPointF(BESIDE, BESIDE), self._size)
        if box.right() > room.right():
            box.moveRight(at.x() - BESIDE)
        if box.bottom() > room.bottom():
            box.moveBottom(at.y() - BESIDE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 200))
        painter.drawRoundedRect(box, 4.0, 4.0)
        painter.setPen(QColor(255, 255, 255))
        painter.setFont(QGuiApplication.font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return where the text may be: on any side of the pointer."""
        if not self.text or not (self._shown.isActive() or self._from is not None):
            return QRectF()
        at, size = transform.to_view(self._at), self._size
        right, down = size.width() + BESIDE + 1, size.height() + BESIDE + 1
        return QRectF(at.x() - right, at.y() - down, 2 * right, 2 * down)

    @property
    def _size(self) -> QSizeF:
        return QFontMetricsF(QGuiApplication.font()).size(0, self.text) + QSizeF(2 * PAD, 2 * PAD)

    def _forget(self) -> None:
        self._from, self.text = None, ""
        self._shown.stop()
