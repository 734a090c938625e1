"""CompareFrame: the canvas, and beside it the same place with other labels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.canvas.canvas import Canvas
from app.canvas.compared import Mode
from app.canvas.swipe_divider import SwipeDivider
from segcore.editing.brush import Point

CROSS = 7
"""View pixels from the middle of the cross to its ends."""
GAP = 2
"""View pixels between the two."""


class ComparePane(QWidget):
    """Shows the other labels where the canvas shows its own; wheel and drag move both."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._pixel: tuple[int, int] | None = None
        self._held: QPointF | None = None
        self.setMinimumSize(120, 120)
        self.setAccessibleName(self.tr("Labels to compare with"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        canvas.other.changed.connect(self.update)
        canvas.looks_changed.connect(self.update)
        canvas.cursor_moved.connect(lambda x, y: self._point((x, y)))
        canvas.cursor_left.connect(lambda: self._point(None))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the other labels and where the pointer is."""
        painter = QPainter(self)
        canvas = self._canvas
        canvas.other.draw(painter, canvas.transform, event.rect(), self.rect(), self.palette())
        canvas.other.draw_title(painter, self.rect(), self.palette())
        if self._pixel is not None:
            x, y = self._pixel
            middle = canvas.transform.to_view(Point(x + 0.5, y + 0.5))
            for color, width in ((QColor(0, 0, 0, 190), 3.0), (QColor(255, 255, 255), 1.2)):
                painter.setPen(QPen(color, width))
                painter.drawLine(middle - QPointF(CROSS, 0), middle + QPointF(CROSS, 0))
                painter.drawLine(middle - QPointF(0, CROSS), middle + QPointF(0, CROSS))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom or scroll the canvas."""
        self._canvas.wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the image."""
        self._held = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the image on both sides."""
        if self._held is not None:
            step = event.position() - self._held
            self._held = event.position()
            self._canvas.pan_by(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let the image go."""
        self._held = None
        self.unsetCursor()

    def _point(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self._pixel:
            for each in (self._pixel, pixel):
                if each is not None:
                    at = self._canvas.transform.to_view(Point(each[0] + 0.5, each[1] + 0.5)).toPoint()
                    self.update(QRect(at.x() - CROSS - 3, at.y() - CROSS - 3, 2 * CROSS + 6, 2 * CROSS + 6))
            self._pixel = pixel


class CompareFrame(QWidget):
    """The canvas alone, or the canvas and a pane of the same size."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.canvas, self.pane = canvas, ComparePane(canvas)
        self.divider = SwipeDivider(canvas, canvas.other)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(canvas, 1)
        layout.addWidget(self.pane, 1)
        self.setFocusProxy(canvas)
        canvas.other.changed.connect(self._show_pane)
        self._show_pane()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Let the canvas become as small as it may be."""
        return self.canvas.minimumSize()

    def _show_pane(self) -> None:
        self.pane.setVisible(self.canvas.other.mode is Mode.SIDE)
