"""Hatch: the pattern of ignored pixels, which no colour of a class can be mistaken for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, qRgba

from app.canvas.view_transform import magnified

PERIOD = 8
"""View pixels from one light stripe to the next, along a row."""
STRIPE = 2
"""View pixels of a light stripe, and of the dark one beside it."""
CLEAR, LIGHT, DARK = 0, 1, 2


def stripes(left: int, top: int, width: int, height: int, ratio: float = 1.0) -> NDArray[np.uint8]:
    """Return diagonal stripes, uint8 [height, width] of `CLEAR`, `LIGHT` and `DARK`; they go on from place to place.

    ``ratio``: pixels for one view pixel.
    """
    period, stripe = round(PERIOD * ratio), round(STRIPE * ratio)
    row = np.full(period, CLEAR, np.uint8)
    row[:stripe], row[stripe : 2 * stripe] = LIGHT, DARK
    rows = np.stack([row[(np.arange(left, left + width) + step) % period] for step in range(period)])
    return rows.take(np.arange(top, top + height) % period, axis=0)


def hatch(painter: QPainter, area: QRect) -> None:
    """Fill ``area`` (view pixels) with stripes."""
    draw_hatch(painter, magnified(area, painter.device().devicePixelRatioF()), None, 1.0)


def draw_hatch(
    painter: QPainter, area: QRect, where: NDArray[np.bool_] | None, opacity: float, dx: int = 0, dy: int = 0
) -> None:
    """Paint stripes in ``area`` (pixels of the screen), where ``where`` (bool, a value for each) says; None: all.

    ``opacity``: 0.0-1.0. ``dx`` and ``dy`` move the stripes along with the image.
    """
    ratio = painter.device().devicePixelRatioF()
    values = stripes(area.left() - dx, area.top() - dy, area.width(), area.height(), ratio)
    if where is not None:
        values *= where
    alpha = round(255 * min(1.0, 0.25 + 0.9 * opacity))
    picture = QImage(values.data, area.width(), area.height(), area.width(), QImage.Format.Format_Indexed8)
    picture.setColorTable([0, qRgba(255, 255, 255, alpha), qRgba(0, 0, 0, alpha)])
    picture.setDevicePixelRatio(ratio)
    painter.drawImage(area.topLeft().toPointF() / ratio, picture)
