"""Class icons: the hatch of ignore, and eyes and locks."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen

from app.appearance.swatches import drawn, same_when_selected
from app.canvas.hatch import hatch


def ignore_swatch(ratio: float = 1.0) -> QIcon:
    """Return a swatch with the hatch that ignored pixels have on the canvas."""
    return same_when_selected(drawn("ignore", ratio, _draw_ignore))


def _draw_ignore(painter: QPainter) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(1.5, 1.5, 15, 15), 4, 4)
    painter.setClipPath(shape)
    painter.fillPath(shape, QColor(128, 128, 128))
    hatch(painter, QRect(1, 1, 16, 16))
    painter.setPen(QPen(QColor(128, 128, 128, 190), 1))
    painter.drawPath(shape)


def eye(open_: bool, color: QColor, ratio: float = 1.0) -> QIcon:
    """Return an eye, or a crossed-out one."""

    def draw(painter: QPainter) -> None:
        shade = QColor(color)
        if not open_:
            shade.setAlphaF(0.6)
        painter.setPen(QPen(shade, 1.4))
        painter.drawArc(QRectF(1.5, 4.5, 15, 12), 25 * 16, 130 * 16)
        painter.drawArc(QRectF(1.5, 1.5, 15, 12), 205 * 16, 130 * 16)
        if open_:
            painter.setBrush(shade)
            painter.drawEllipse(QRectF(6.6, 6.6, 4.8, 4.8))
        else:
            painter.drawLine(3, 15, 15, 3)

    return QIcon(drawn(f"eye {open_} {color.rgba()}", ratio, draw))


def lock(closed: bool, color: QColor, ratio: float = 1.0) -> QIcon:
    """Return a closed lock, or an open one, which is faint."""

    def draw(painter: QPainter) -> None:
        shade = QColor(color)
        shade.setAlphaF(1.0 if closed else 0.35)
        painter.setPen(QPen(shade, 1.6))
        shackle = QPainterPath()
        left = 6.0 if closed else 9.5
        shackle.moveTo(left, 8.5)
        shackle.lineTo(left, 6.0)
        shackle.arcTo(QRectF(left, 3.0, 6.0, 6.0), 180, -180)
        if closed:
            shackle.lineTo(left + 6.0, 8.5)
        painter.drawPath(shackle)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawRoundedRect(QRectF(3.8, 8.2, 10.4, 7.4), 1.6, 1.6)

    return QIcon(drawn(f"lock {closed} {color.rgba()}", ratio, draw))
