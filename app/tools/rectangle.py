"""RectangleTool: paints a rectangle that is dragged from corner to corner."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter, QPainterPath

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import ALT, SHIFT, Pointer, Tool
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.area import AreaPaint
from segcore.editing import Box
from segcore.editing.box import EMPTY
from segcore.editing.brush import Covered, Point
from segcore.editing.shapes import rectangle

MARGIN = 4.0
MOVED = 3.0
"""View pixels: a shorter drag is a click, and paints nothing."""


class RectangleTool(Tool):
    """Left paints the active class, right, or Ctrl held, erases. Shift: as wide as high; Alt: from the middle.

    The box holds the pixels under both ends, so what is seen is what is painted.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._pressed: Pointer | None = None
        self._paint = AreaPaint(document)
        self._moved = False
        self._box = EMPTY
        document.image_changed.connect(self.cancel)

    def name(self) -> str:
        """Return the name of the edit."""
        return self.tr("Rectangle")

    def covered(self, box: Box, height: int, width: int) -> Covered:
        """Return the pixels of an image of this size that the shape in ``box`` covers."""
        return rectangle(box, height, width)

    def path(self, rect: QRectF) -> QPainterPath:
        """Return the outline of the shape in a rectangle of the view."""
        path = QPainterPath()
        path.addRect(rect)
        return path

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Drag from corner to corner. Shift: as wide as high. Alt: from the middle.")

    def press(self, pointer: Pointer) -> None:
        """Set the first corner."""
        if self.document.label_map is None:
            return
        self.document.settle()
        self._pressed, self._paint, self._moved = pointer, AreaPaint.of(self.document, pointer), False
        self._take(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Move the other corner."""
        if self._pressed is not None:
            self._moved = self._moved or math.dist(self._pressed.point, pointer.point) * pointer.scale >= MOVED
            self._take(pointer)
            if self._moved:
                self.message.emit(self.tr("{w} × {h} pixels").format(w=self._box.width, h=self._box.height))

    def release(self, pointer: Pointer) -> None:
        """Paint."""
        label_map = self.document.label_map
        if self._pressed is None or label_map is None:
            return
        box, paint, moved = self._box, self._paint, self._moved
        self.cancel()
        if moved:
            paint.paint(self.covered(box, *label_map.shape), self.name())
        else:
            self.message.emit(self.hint())

    def cancel(self) -> bool:
        """Drop the shape."""
        if self._pressed is None:
            return False
        self._pressed, self._box = None, EMPTY
        self.preview_changed.emit()
        return True

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the shape as it would be painted now."""
        if not self._box.is_empty:
            self._paint.draw(painter, self.path(self._rect(transform)))

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around the shape."""
        if self._box.is_empty:
            return QRectF()
        return self._rect(transform).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def _take(self, pointer: Pointer) -> None:
        assert self._pressed is not None
        self._box = box_between(self._pressed.point, pointer.point, pointer.holds(SHIFT), pointer.holds(ALT))
        self.preview_changed.emit()

    def _rect(self, transform: ViewTransform) -> QRectF:
        return transform.rect_to_view(QRectF(self._box.left, self._box.top, self._box.width, self._box.height))


def box_between(start: Point, end: Point, square: bool = False, from_middle: bool = False) -> Box:
    """Return the box with the pixels under both points; ``from_middle``: with as much on the other side of the first.

    It may reach out of the image.
    """
    x, y = math.floor(start.x), math.floor(start.y)
    dx, dy = math.floor(end.x) - x, math.floor(end.y) - y
    if square:
        side = max(abs(dx), abs(dy))
        dx, dy = (-side if dx < 0 else side), (-side if dy < 0 else side)
    xs, ys = [x, x + dx], [y, y + dy]
    if from_middle:
        xs, ys = [x - dx, x + dx], [y - dy, y + dy]
    return Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
