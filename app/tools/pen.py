"""PenTool: what is drawn with a footprint that has a size."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas.pen_options import PEN, ToolOptions
from app.canvas.tool import SHIFT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.size_label import SizeLabel
from app.tools.straight_line import StraightLine, around, band
from segcore.editing import Recorder
from segcore.editing.brush import Covered, Point, Shape, sweep

MARGIN = 4.0
TINY = 3.0
"""View pixels: a ring smaller than this gets a cross, so that it can be seen."""
MOST_PIXELS = 1 << 20
"""Of a box around a straight part; a longer one is painted in parts of `PART` pixels."""
PART = 512


class PenTool(Tool):
    """Base of the tools with a ring.

    With Shift, a drag draws a straight line, and a click one from where the last stroke ended.
    """

    uses = PEN

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._recorder: Recorder | None = None
        self._last: Point | None = None
        self._last_radius = 0.0
        self._at: Point | None = None
        self._line: StraightLine | None = None
        self._joins = False
        self._size_label = SizeLabel(self._announce, self)
        options.resized.connect(self._say_size)
        options.radius_changed.connect(self._announce)
        options.shape_changed.connect(self._announce)
        document.image_changed.connect(self._forget)

    def _begin(self, pointer: Pointer) -> Recorder | None:
        """Begin a stroke (for subclasses); None when this button does nothing."""
        return None

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        """React to the pen having passed over these pixels (for subclasses)."""

    def _pen_down(self, pointer: Pointer) -> None:
        """Begin a stroke."""
        self._recorder = self._begin(pointer)
        self._last, self._last_radius = pointer.point, self._radius(pointer)
        self._pass_to(pointer)

    def _pen_moved(self, pointer: Pointer) -> None:
        """Go on with the stroke."""
        self._pass_to(pointer)

    def _pen_up(self) -> None:
        """End the stroke (for subclasses)."""

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke, or a straight line."""
        if self.document.label_map is None:
            return
        self._size_label.hide()
        if pointer.holds(SHIFT):
            self._line = StraightLine(pointer, pointer.point)
            self.hover(pointer)
        else:
            self._pen_down(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Go on with the stroke, or move the end of the line."""
        if self._line is None:
            self._pen_moved(pointer)
        else:
            self._line.at = pointer.point
            self.hover(pointer)

    def release(self, pointer: Pointer) -> None:
        """End the stroke; a straight line is painted now."""
        if self._line is not None:
            line, self._line = self._line, None
            line.at = pointer.point
            start, end = line.ends(self._last)
            self._pen_down(replace(line.pressed, point=start))
            self._pen_moved(replace(line.pressed, point=end))
        self._pen_up()

    def cancel(self) -> bool:
        """Drop the straight line."""
        dropped, self._line = self._line is not None, None
        if dropped:
            self.preview_changed.emit()
        return dropped

    def hover(self, pointer: Pointer | None) -> None:
        """Move the ring; with Shift, show the line that a click would draw."""
        self._at = pointer.point if pointer is not None else None
        self._joins = pointer is not None and pointer.holds(SHIFT)
        self.preview_changed.emit()

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the ring in its true size."""
        if self._at is None or self.document.label_map is None:
            return
        outline, is_round = self._outline(transform)
        self._draw_line(painter, transform)
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
        self._size_label.draw(painter, outline)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around ring, line and label."""
        if self._at is None:
            return QRectF()
        outline, _ = self._outline(transform)
        rect = outline.united(self._size_label.rect(outline))
        if (line := self._line_in_view(transform)) is not None:
            rect = rect.united(around(*line))
        grow = MARGIN + max(0.0, TINY + 5 - outline.width() / 2)
        return rect.adjusted(-grow, -grow, grow, grow)

    def _line_in_view(self, transform: ViewTransform) -> tuple[QPointF, QPointF, float] | None:
        """Return ends and radius of the straight line that would be drawn now; None when there would be none."""
        ends = None
        if self._line is not None:
            ends = self._line.ends(self._last)
        elif self._joins and self._last is not None and self._at is not None:
            ends = self._last, self._at
        if ends is None:
            return None
        return transform.to_view(ends[0]), transform.to_view(ends[1]), self.options.radius * transform.scale

    def _draw_line(self, painter: QPainter, transform: ViewTransform) -> None:
        line = self._line_in_view(transform)
        if line is None:
            return
        outline = band(*line, self.options.shape)
        for pen in double_line(painter):
            painter.strokePath(outline, pen)

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
        wide, high = abs(end.x - start.x) + 2 * last, abs(end.y - start.y) + 2 * last
        if wide * high > MOST_PIXELS:
            steps = max(steps, math.ceil(math.dist(start, end) / PART))
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

    def _say_size(self, radius: float) -> None:
        if self._at is not None and self.document.label_map is not None:
            self._size_label.say(radius)

    def _announce(self) -> None:
        self.preview_changed.emit()

    def _forget(self) -> None:
        self._last = self._recorder = self._line = None


def _between(a: Point, b: Point, share: float) -> Point:
    return Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
