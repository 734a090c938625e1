"""Notes on the canvas: a sentence at its top, and a line around a box."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

TOP = 26
"""View pixels above a note, where a ruler may be."""


def draw_outline(painter: QPainter, box: QRectF) -> None:
    """Draw a light line inside a dark one, visible on any image; a little outside of ``box`` (view pixels)."""
    place = box.adjusted(-4, -4, 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 170), 3.5), (QColor(255, 255, 255), 1.5)):
        painter.setPen(QPen(color, width))
        painter.drawRoundedRect(place, 4, 4)


def draw_note(painter: QPainter, view: QRect, palette: QPalette, text: str) -> None:
    """Write a sentence at the top of ``view`` (view pixels)."""
    room = QRect(0, 0, max(120, view.width() - 64), view.height())
    lines = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    box = QRectF(painter.fontMetrics().boundingRect(room, lines, text)).adjusted(-14, -7, 14, 7)
    box.moveCenter(QPointF(view.left() + view.width() / 2, view.top() + TOP + box.height() / 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.ToolTipBase))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
    painter.drawText(box.adjusted(8, 0, -8, 0), lines, text)
