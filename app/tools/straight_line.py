"""StraightLine: the line that a pen draws while Shift is held."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QPolygonF

from app.canvas.tool import Pointer
from segcore.editing.brush import Point, Shape

MOVED = 4.0
"""View pixels: a shorter drag is a click."""


@dataclass
class StraightLine:
    """A drag draws from where the button went down to where it goes up; a click joins the last point.

    Attributes
    ----------
    pressed : Pointer
        Where the button went down.
    at : Point
        Where the pointer is now, in image coordinates.
    """

    pressed: Pointer
    at: Point

    def ends(self, last: Point | None) -> tuple[Point, Point]:
        """Return both ends in image coordinates; ``last``: where the stroke before ended, if there was one."""
        if math.dist(self.pressed.point, self.at) * self.pressed.scale >= MOVED:
            return self.pressed.point, self.at
        return last if last is not None else self.pressed.point, self.pressed.point


def band(start: QPointF, end: QPointF, radius: float, shape: Shape) -> QPainterPath:
    """Return the outline of what a pen of this radius covers from ``start`` to ``end``, all in view pixels."""
    path = QPainterPath()
    if shape is Shape.ROUND and start != end:
        path.moveTo(start)
        path.lineTo(end)
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * radius)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        return stroker.createStroke(path)
    if shape is Shape.ROUND:
        path.addEllipse(start, radius, radius)
        return path
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _hull(start, end, radius)]))
    path.closeSubpath()
    return path


def around(start: QPointF, end: QPointF, radius: float) -> QRectF:
    """Return the rectangle around that outline."""
    return QRectF(start, end).normalized().adjusted(-radius, -radius, radius, radius)


def _hull(start: QPointF, end: QPointF, radius: float) -> list[tuple[float, float]]:
    """Return the corners of the convex hull of two squares (Andrew's monotone chain)."""
    corners = sorted(
        {(p.x() + dx, p.y() + dy) for p in (start, end) for dx in (-radius, radius) for dy in (-radius, radius)}
    )
    found: list[tuple[float, float]] = []
    for way in (corners, corners[::-1]):
        chain: list[tuple[float, float]] = []
        for x, y in way:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], (x, y)) <= 0:
                chain.pop()
            chain.append((x, y))
        found += chain[:-1]
    return found


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
