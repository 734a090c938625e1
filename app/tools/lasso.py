"""LassoTool: draw around an area."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import Pointer, Tool
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.area import AreaPaint
from segcore.editing.brush import Point
from segcore.editing.shapes import polygon

MARGIN = 4.0
STEP = 1.0
"""View pixels between two points of the outline, at least."""


class LassoTool(Tool):
    """Left paints what the line goes around with the active class; right, or Ctrl held, erases it, for holes too."""

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._points: list[Point] = []
        self._paint = AreaPaint(document)
        document.image_changed.connect(self.cancel)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Draw around an area. Ctrl or the right button erases it.")

    def press(self, pointer: Pointer) -> None:
        """Begin the line."""
        if self.document.label_map is None:
            return
        self.document.settle()
        self._points, self._paint = [pointer.point], AreaPaint.of(self.document, pointer)

    def drag(self, pointer: Pointer) -> None:
        """Go on with the line."""
        if self._points and math.dist(self._points[-1], pointer.point) * pointer.scale >= STEP:
            self._points.append(pointer.point)
            self.preview_changed.emit()

    def release(self, pointer: Pointer) -> None:
        """Close the line and paint what is inside."""
        self.drag(pointer)
        points, label_map = self._points, self.document.label_map
        self.cancel()
        if len(points) >= 3 and label_map is not None:
            self._paint.paint(polygon(points, *label_map.shape, overlaps=True), self.tr("Lasso"))
        elif points:
            self.message.emit(self.hint())

    def cancel(self) -> bool:
        """Drop the line."""
        if not self._points:
            return False
        self._points = []
        self.preview_changed.emit()
        return True

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the area as it would be painted now."""
        if self._points:
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)
            path.addPolygon(self._outline(transform))
            path.closeSubpath()
            self._paint.draw(painter, path)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around the line."""
        if not self._points:
            return QRectF()
        return self._outline(transform).boundingRect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def _outline(self, transform: ViewTransform) -> QPolygonF:
        return QPolygonF([transform.to_view(point) for point in self._points])
