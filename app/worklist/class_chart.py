"""ClassChart: one bar for each class, as long as its share of the pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.appearance.numbers import percent
from segcore.project.pixel_counts import ClassTotal

ROW = 24
"""Pixels a class."""
NAME_SHARE = 0.3
"""Of the width, for the names."""


class ClassChart(QWidget):
    """Bars in the colours of the classes, with the numbers beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._totals: tuple[ClassTotal, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_totals(self, totals: Sequence[ClassTotal]) -> None:
        """Draw these."""
        self._totals = tuple(totals)
        words = ", ".join(f"{each.name} {percent(each.share, 1)}" for each in totals)
        self.setAccessibleName(self.tr("Share of each class: {numbers}").format(numbers=words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a row for each class."""
        return QSize(320, max(1, len(self._totals)) * ROW)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the same height."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw name, bar and number of each class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        left = NAME_SHARE * self.width()
        number = painter.fontMetrics().horizontalAdvance("100.0 %") + 10
        longest = max(10.0, self.width() - left - number)
        most = max((each.share for each in self._totals), default=0.0) or 1.0
        for n, each in enumerate(self._totals):
            top = n * ROW
            painter.setPen(text)
            name = painter.fontMetrics().elidedText(each.name, Qt.TextElideMode.ElideMiddle, round(left) - 10)
            middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            painter.drawText(QRectF(0, top, left - 10, ROW), middle, name)
            bar = QRectF(left, top + 4, max(1.0, longest * each.share / most), ROW - 8)
            painter.setPen(QPen(QColor(128, 128, 128, 190), 1))
            painter.setBrush(QColor(*each.color))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(text)
            place = QRectF(bar.right() + 6, top, number, ROW)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), percent(each.share, 1))
