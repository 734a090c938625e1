"""ConfusionView: a confusion matrix, each row the truth, as shares of the row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolTip, QWidget

from app.appearance.plain_text import as_tip

CELL = 44
LABEL_WIDTH = 130


class ConfusionView(QWidget):
    """Pixels of each true class (row) by the class that the model gave them (column)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self.shares: NDArray[np.float64] = np.zeros((0, 0))
        self.setMouseTracking(True)

    def set_matrix(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show ``counts``, [C, C] pixels, rows truth, columns prediction."""
        self._names = list(names)
        self._counts = np.array(counts, np.int64).reshape(len(self._names), len(self._names))
        total = self._counts.sum(1, keepdims=True)
        self.shares = np.divide(self._counts, total, out=np.zeros(self._counts.shape), where=total > 0)
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Large enough for every cell."""
        side = CELL * len(self._names)
        return QSize(self._labels() + side + 2, self._head() + side + 2)

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """(row, column) under a point, or None."""
        column, row = (point.x() - self._labels()) // CELL, (point.y() - self._head()) // CELL
        inside = 0 <= row < len(self._names) and 0 <= column < len(self._names)
        return (row, column) if inside else None

    def event(self, event: QEvent) -> bool:
        """Show a cell in words under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            text = ""
            if cell is not None:
                text = self.tr("{share} of the pixels of {truth} were taken for {guess} ({count})").format(
                    share=f"{self.shares[cell]:.1%}",
                    truth=self._names[cell[0]],
                    guess=self._names[cell[1]],
                    count=f"{self._counts[cell]:,}",
                )
            QToolTip.showText(event.globalPos(), as_tip(text), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw names and cells."""
        painter = QPainter(self)
        palette = self.palette()
        base, accent = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Highlight)
        text, on_accent = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.HighlightedText)
        left, top = self._labels(), self._head()
        metrics = self.fontMetrics()
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        for index, name in enumerate(self._names):
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 10)
            row = QRectF(0, top + index * CELL, left - 8, CELL)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)
            painter.save()
            painter.translate(left + index * CELL + CELL / 2, top - 6)
            painter.rotate(-45)
            painter.drawText(0, 0, metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(top * 1.3)))
            painter.restore()
        for (row, column), share in np.ndenumerate(self.shares):
            box = QRectF(left + column * CELL + 1, top + row * CELL + 1, CELL - 2, CELL - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_blend(base, accent, float(share)))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(on_accent if share > 0.6 else text)
            if self._counts[row].any():
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{share * 100:.0f}")
        painter.end()

    def _labels(self) -> int:
        widths = [self.fontMetrics().horizontalAdvance(name) for name in self._names]
        return min(LABEL_WIDTH, max(widths, default=0)) + 12

    def _head(self) -> int:
        return round(self._labels() * 0.72) + self.fontMetrics().height()


def _blend(first: QColor, second: QColor, share: float) -> QColor:
    keep = 1.0 - share
    return QColor(
        round(first.red() * keep + second.red() * share),
        round(first.green() * keep + second.green() * share),
        round(first.blue() * keep + second.blue() * share),
    )
