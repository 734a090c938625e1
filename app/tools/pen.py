"""PenTool: what is drawn with a footprint that has a size."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import SHIFT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from segcore.editing import Recorder
from segcore.editing.brush import Covered, Point, Shape, sweep

MARGIN = 4.0
TINY = 3.0
"""View pixels: a ring smaller than this gets a cross, so that it can be seen."""


class PenTool(Tool):
    """Base of the tools with a ring. Shift draws a straight line from the last point."""

    has_size = True

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._recorder: Recorder | None = None
        self._last: Point | None = None
        self._last_radius = 0.0
        self._at: Point | None = None
        options.radius_changed.connect(self._announce)
        options.shape_changed.connect(self._announce)
        document.image_changed.connect(self._forget)

    def _begin(self, pointer: Pointer) -> Recorder | None:
        """Begin a stroke (for subclasses); None when this button does nothing."""
        return None

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        """React to the pen having passed over these pixels (for subclasses)."""

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke."""
        if self.document.label_map is None:
            return
        self._recorder = self._begin(pointer)
        straight = pointer.holds(SHIFT) and self._last is not None
        if not straight:
            self._last, self._last_radius = pointer.point, self._radius(pointer)
        self._pass_to(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Go on with the stroke."""
        self._pass_to(pointer)

    def hover(self, pointer: Pointer | None) -> None:
        """Move the ring."""
        self._at = pointer.point if pointer is not None else None
        self.preview_changed.emit()

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the ring in its true size."""
        if self._at is None or self.document.label_map is None:
            return
        outline, is_round = self._outline(transform)
        for pen in double_line(painter):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if is_round:
                painter.drawEllipse(outline)
            else:
                painter.drawRect(outline)
            if outline.width() < 2 * TINY:
                centre, reach = outline.center(), TINY + 5
                for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    painter.drawLine(centre + QPointF(dx, dy) * (TINY + 1), centre + QPointF(dx, dy) * reach)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the square around the ring."""
        if self._at is None:
            return QRectF()
        outline, _ = self._outline(transform)
        grow = MARGIN + max(0.0, TINY + 5 - outline.width() / 2)
        return outline.adjusted(-grow, -grow, grow, grow)

    def _outline(self, transform: ViewTransform) -> tuple[QRectF, bool]:
        """Return where the footprint is in the view, and whether it is a circle."""
        assert self._at is not None
        radius = self.options.radius
        if radius < 1.0:
            # So small a brush covers whole pixels only: show the one that it would paint.
            return transform.rect_to_view(QRectF(math.floor(self._at.x), math.floor(self._at.y), 1, 1)), False
        box = QRectF(self._at.x - radius, self._at.y - radius, 2 * radius, 2 * radius)
        return transform.rect_to_view(box), self.options.shape is Shape.ROUND

    def _radius(self, pointer: Pointer) -> float:
        return self.options.radius * (pointer.pressure if self.options.pressure else 1.0)

    def _pass_to(self, pointer: Pointer) -> None:
        recorder, start = self._recorder, self._last
        if recorder is None or start is None or self.document.label_map is None:
            return
        end, first, last = pointer.point, self._last_radius, self._radius(pointer)
        # A stylus changes the radius on the way: go there in steps of about one pixel of radius.
        steps = max(1, min(32, math.ceil(abs(last - first))))
        for step in range(steps):
            a, b = step / steps, (step + 1) / steps
            covered = sweep(
                _between(start, end, a),
                _between(start, end, b),
                first + (last - first) * b,
                self.options.shape,
                *self.document.label_map.shape,
            )
            self._cover(recorder, covered)
        self._last, self._last_radius, self._at = end, last, end
        self.preview_changed.emit()

    def _announce(self) -> None:
        self.preview_changed.emit()

    def _forget(self) -> None:
        self._last = self._recorder = None


def _between(a: Point, b: Point, share: float) -> Point:
    return Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
