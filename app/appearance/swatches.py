"""Swatches: small squares of a colour, with a border that shows on dark and light."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPixmapCache

SIDE = 18
"""View pixels."""
SIZE = QSize(SIDE, SIDE)
"""For `setIconSize`: at another one the border would be blurred."""


def swatch(color: tuple[int, int, int] | None, ratio: float = 1.0) -> QIcon:
    """Return a rounded square of a colour (RGB, 0-255); None: empty, as wide. ``ratio``: screen pixels a view pixel."""

    def draw(painter: QPainter) -> None:
        if color is not None:
            painter.setBrush(QColor(*color))
            painter.setPen(QPen(QColor(128, 128, 128, 190), 1))
            painter.drawRoundedRect(QRectF(1.5, 1.5, 15, 15), 4, 4)

    return same_when_selected(drawn(f"swatch {color}", ratio, draw))


def same_when_selected(pixmap: QPixmap) -> QIcon:
    """Return an icon whose colour is the same when its row is selected."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def drawn(name: str, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
    """Return a picture of `SIDE` view pixels that ``draw`` paints; once for each name and ratio.

    The list of 150 classes shows 450 of them, of which most are alike.
    """
    key, pixmap = f"{name} {ratio}", QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter)
        painter.end()
        QPixmapCache.insert(key, pixmap)
    return pixmap
