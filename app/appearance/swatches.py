"""Swatches: small squares of a colour, with a border that shows on dark and light."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

SIDE = 18
"""View pixels."""
SIZE = QSize(SIDE, SIDE)
"""For `setIconSize`: at another one the border would be blurred."""


def swatch(color: tuple[int, int, int] | None, ratio: float = 1.0) -> QIcon:
    """Return a rounded square of a colour (RGB, 0-255); None: empty, as wide. ``ratio``: screen pixels a view pixel."""
    pixmap, painter = blank(ratio)
    if color is not None:
        painter.setBrush(QColor(*color))
        painter.setPen(QPen(QColor(128, 128, 128, 190), 1))
        painter.drawRoundedRect(QRectF(1.5, 1.5, 15, 15), 4, 4)
    painter.end()
    return same_when_selected(pixmap)


def same_when_selected(pixmap: QPixmap) -> QIcon:
    """Return an icon whose colour is the same when its row is selected."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def blank(ratio: float) -> tuple[QPixmap, QPainter]:
    """Return an empty picture of `SIDE` view pixels, and what draws in it."""
    pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter
