"""RangeBar: the histogram of a channel, and which of its values are black and brightest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.appearance.numbers import measured
from app.appearance.plain_text import as_tip

NEAR = 6
"""View pixels: so near to an end a drag moves this end alone."""
KEY_STEP = 0.02
"""Of the whole range, for an arrow key."""
NARROWEST = 0.001
"""Of the whole range that is left between the ends."""


class RangeBar(QWidget):
    """Drag an end; or drag between them: to the side for the level, up and down for the window. A double click resets.

    Attributes
    ----------
    low, high : float
        Values that are black and brightest.
    """

    range_changed = Signal(float, float)
    """Low and high."""
    reset_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.low, self.high = 0.0, 1.0
        self._least, self._most = 0.0, 1.0
        self._counts: NDArray[np.float64] = np.zeros(0)
        self._color = QColor(Qt.GlobalColor.white)
        self._held = ""
        self._at = QPointF()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(
            as_tip(
                self.tr(
                    "Drag an end to change it. Drag between the ends: to the side for the level, up and down for the"
                    " window. A double click goes back to the range of the image."
                )
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough to be dragged."""
        return QSize(160, 44)

    def show_values(self, counts: NDArray[np.float64], least: float, most: float, color: QColor) -> None:
        """Show a histogram (float64 [bins], 0.0-1.0) of the values from ``least`` to ``most``."""
        self._counts, self._least, self._most, self._color = counts, least, max(most, least + 1e-12), color
        self.update()

    def show_range(self, low: float, high: float) -> None:
        """Move the ends."""
        self.low, self.high = low, high
        self.update()

    # -- events ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of an end, or of both."""
        self._at = event.position()
        left, right = (abs(self._x(value) - self._at.x()) for value in (self.low, self.high))
        self._held = "both" if min(left, right) > NEAR else "low" if left <= right else "high"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move what is held."""
        if not self._held:
            return
        step = event.position() - self._at
        self._at = event.position()
        unit = (self._most - self._least) / max(1, self.width() - 1)
        if self._held == "low":
            self._set(self.low + step.x() * unit, self.high)
        elif self._held == "high":
            self._set(self.low, self.high + step.x() * unit)
        else:
            self._move(step.x() * unit, -step.y() * unit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._held = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go back to the range of the image."""
        self.reset_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right change the level, up and down the window."""
        step = KEY_STEP * (self._most - self._least)
        moves = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self._move(*move)

    def text(self) -> str:
        """Return the two ends in words; a dash that is no minus sign stands between them."""
        return f"{measured(self.low)} – {measured(self.high)}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the histogram and the two ends."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        high = self.height() - 3
        if self._counts.size:
            wide = self.width() / self._counts.size
            edge = [QPointF(0, high + 1)]
            edge += [QPointF((n + 0.5) * wide, 2 + (1 - count**0.5) * high) for n, count in enumerate(self._counts)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawPolygon(QPolygonF([*edge, QPointF(self.width(), high + 1)]))
        left, right = self._x(self.low), self._x(self.high)
        shade = QColor(palette.color(QPalette.ColorRole.Base))
        shade.setAlpha(170)
        painter.fillRect(QRectF(0, 0, left, self.height()), shade)
        painter.fillRect(QRectF(right, 0, self.width() - right, self.height()), shade)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        for at in (left, right):
            at = min(max(at, 1.0), self.width() - 1.0)
            painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        painter.fillRect(QRectF(left, self.height() - 3, max(0.0, right - left), 3), self._color)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        at, text = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.text()
        room = self.rect().adjusted(4, 1, -4, 0)
        ground = QColor(palette.color(QPalette.ColorRole.Base))
        ground.setAlpha(220)  # an end of the range may lie behind the numbers
        painter.fillRect(painter.boundingRect(room, at, text).adjusted(-2, 0, 2, 0), ground)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(room, at, text)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _x(self, value: float) -> float:
        return (value - self._least) / (self._most - self._least) * (self.width() - 1)

    def _move(self, level: float, window: float) -> None:
        self._set(self.low + level - window / 2, self.high + level + window / 2)

    def _set(self, low: float, high: float) -> None:
        least = NARROWEST * (self._most - self._least)
        if high - low < least:
            if self._held == "low":
                low = high - least
            elif self._held == "high":
                high = low + least
            else:
                middle = (low + high) / 2
                low, high = middle - least / 2, middle + least / 2
        self.show_range(low, high)
        self.range_changed.emit(low, high)
