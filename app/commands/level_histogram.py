"""LevelHistogram: how many pixels have each level, and the range that is chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from segcore.editing.thresholding import LEVELS, LevelRange

HEIGHT = 44
FAINT = 90
"""Opacity of levels outside of the range, 0-255."""
TALLEST = 0.98
"""Share of the levels that are drawn in full height: one that most pixels have must not flatten the others."""


class LevelHistogram(QWidget):
    """Levels 0 to 255 from left to right. A drag moves the end of the range that is nearer."""

    range_changed = Signal(int, int)
    """(low, high), 0-255, both included."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros(LEVELS, np.int64)
        self._range = LevelRange(0, LEVELS - 1)
        self._moves_low: bool | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(self.tr("Histogram"))
        self.setToolTip(self.tr("Drag the ends of the range"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """One view pixel a level."""
        return QSize(LEVELS, HEIGHT)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show these counts, int64 [256]."""
        self._counts = counts
        self.update()

    def show_range(self, levels: LevelRange) -> None:
        """Show this range."""
        self._range = levels
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the nearer end."""
        level = self._level(event)
        low, high = self._range
        self._moves_low = level < low or (level <= high and level - low <= high - level)
        self._move(level)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move it."""
        self._move(self._level(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let it go."""
        self._moves_low = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the counts as an area, brighter in the range, and a line at each end."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, area = self.palette(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(area, 4, 4)
        full = float(np.quantile(self._counts, TALLEST)) or float(self._counts.max()) or 1.0
        step = area.width() / LEVELS
        heights = np.minimum(1.0, np.sqrt(self._counts / full)) * (area.height() - 4)
        corners = [
            QPointF(area.left() + (n + 0.5) * step, area.bottom() - float(height)) for n, height in enumerate(heights)
        ]
        shape = QPolygonF([area.bottomLeft(), *corners, area.bottomRight()])
        color = palette.color(QPalette.ColorRole.Text)
        faint = QColor(color)
        faint.setAlpha(FAINT)
        left, right = area.left() + self._range.low * step, area.left() + (self._range.high + 1) * step
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        painter.drawPolygon(shape)
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.setClipRect(QRectF(left, area.top(), right - left, area.height()))
        painter.setBrush(accent)
        painter.drawPolygon(shape)
        painter.setClipping(False)
        painter.setPen(QPen(accent, 2))
        for x in (left, right):
            painter.drawLine(QPointF(x, area.top() + 1), QPointF(x, area.bottom() - 1))

    def _level(self, event: QMouseEvent) -> int:
        return min(max(int(event.position().x() / max(1, self.width()) * LEVELS), 0), LEVELS - 1)

    def _move(self, level: int) -> None:
        if self._moves_low is None:
            return
        low, high = self._range
        chosen = LevelRange(min(level, high), high) if self._moves_low else LevelRange(low, max(level, low))
        if chosen != self._range:
            self.show_range(chosen)
            self.range_changed.emit(*chosen)
