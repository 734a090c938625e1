"""SwipeDivider: the line on the canvas that a person drags from side to side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.appearance.plain_text import as_tip
from app.canvas.compared import Mode
from app.canvas.other_side import OtherSide

WIDTH = 17
"""View pixels that can be grabbed; the line in their middle is thin."""
KEY_STEP = 0.02
"""Of the canvas, for an arrow key."""


class SwipeDivider(QWidget):
    """Lies over the canvas while two label maps are compared by a swipe."""

    def __init__(self, canvas: QWidget, other: OtherSide) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._other = other
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Divider of the comparison"))
        self.setToolTip(as_tip(self.tr("Drag to see more of one side; the arrow keys move it, too")))
        canvas.installEventFilter(self)
        other.changed.connect(self._place)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay at the same share of the canvas."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move with the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            at = self.mapToParent(event.position().toPoint()).x()
            self._other.move_divider(at / max(1, self._canvas.width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move by the arrow keys."""
        step = {Qt.Key.Key_Left: -KEY_STEP, Qt.Key.Key_Right: KEY_STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._other.move_divider(self._other.share + step)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint a line that shows on any image, with a handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.width() / 2, self.height() / 2
        handle = QRectF(middle - 6, half - 18, 12, 36)
        for color, width in ((QColor(0, 0, 0, 170), 4.0), (QColor(255, 255, 255), 1.6)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
            painter.setBrush(QColor(60, 60, 60) if width < 2 else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(handle, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(handle.adjusted(-2, -2, 2, 2), 8, 8)

    def _place(self) -> None:
        self.setVisible(self._other.mode is Mode.SWIPE)
        left = round(self._other.share * self._canvas.width())
        left = min(max(left, WIDTH // 2), max(0, self._canvas.width() - WIDTH // 2 - 1))
        self.setGeometry(left - WIDTH // 2, 0, WIDTH, self._canvas.height())
