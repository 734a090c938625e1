"""LivewireTool: outlines an area by a few clicks on its border; the lines between them follow the edges."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.area import AreaPaint
from segcore.editing.brush import Point
from segcore.editing.livewire import Livewire
from segcore.editing.shapes import polygon

NEAR = 9.0
"""View pixels: how near the first click another must be to close the outline."""
SMALL, LARGE = 3.5, 5.5
"""View pixels: radius of a click, and of the first one."""


class LivewireTool(Tool):
    """A click on the first one, a double click or Enter closes the outline and paints the area; Ctrl held, it erases.

    Backspace, Undo and the right button take the last click back; Esc drops all. On a large image seen from afar, the
    edges are those that are seen.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._clicks: list[Point] = []
        self._lines: list[list[Point]] = []  # to each click but the first
        self._wire: Livewire | None = None  # from the last click
        self._scale = 1.0
        self._at: Point | None = None
        self._live: list[Point] = []  # from the last click to the pointer
        self._closes = False
        document.image_changed.connect(self.cancel)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Click on a border and follow it; a click on the first point, or Enter, paints what is inside.")

    def press(self, pointer: Pointer) -> None:
        """Add a point, or close the outline."""
        if self.document.label_map is None or self.document.image is None:
            return
        if pointer.button != LEFT:
            self.step_back()
        elif self._is_first(pointer):
            self._fill(pointer.holds(CTRL))
        else:
            self._scale = pointer.scale
            if self._wire is not None:
                self._lines.append(self._wire.line_to(pointer.point))
            self._clicks.append(pointer.point)
            self._begin_line()
            self._follow(pointer.point)

    def drag(self, pointer: Pointer) -> None:
        """Let the line follow."""
        self.hover(pointer)

    def double_click(self, pointer: Pointer) -> None:
        """Paint; the first press of the double click has set the last point."""
        if pointer.button == LEFT:
            self._fill(pointer.holds(CTRL))

    def hover(self, pointer: Pointer | None) -> None:
        """Let the line follow."""
        self._closes = pointer is not None and self._is_first(pointer)
        self._follow(None if pointer is None else self._clicks[0] if self._closes else pointer.point)

    def finish(self) -> bool:
        """Paint."""
        return self._fill(False)

    def step_back(self) -> bool:
        """Take the last click back."""
        if not self._clicks:
            return False
        self._clicks.pop()
        if self._lines:
            self._lines.pop()
        self._begin_line()
        self._follow(self._at)
        return True

    def step_back_name(self) -> str:
        """Return the name of the last step, when there is one."""
        return self.tr("point") if self._clicks else ""

    def cancel(self) -> bool:
        """Drop all."""
        had = bool(self._clicks)
        self._clicks, self._lines, self._live, self._wire = [], [], [], None
        self._closes = False
        self._announce()
        return had

    def leave(self) -> None:
        """Keep the points for when the person comes back to this tool."""

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the outline so far, the line to the pointer, and the points."""
        if not self._clicks:
            return
        path = QPainterPath()
        path.addPolygon(QPolygonF([transform.to_view(p) for p in (*self._outline(), *self._live)]))
        if self._closes:
            path.closeSubpath()
        paint = AreaPaint(self.document)
        paint.draw(painter, path)
        dark, _ = double_line(painter)
        dark.setWidthF(1.2)
        painter.setPen(dark)
        for index, click in enumerate(self._clicks):
            painter.setBrush(paint.color() if index == 0 and self._closes else QColor(255, 255, 255))
            size = SMALL if index else LARGE
            painter.drawEllipse(transform.to_view(click), size, size)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around the outline."""
        if not self._clicks:
            return QRectF()
        points = [transform.to_view(p) for p in (*self._outline(), *self._live)]
        return QPolygonF([QPointF(p) for p in points]).boundingRect().adjusted(-NEAR, -NEAR, NEAR, NEAR)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _outline(self) -> list[Point]:
        return [*self._clicks[:1], *(point for line in self._lines for point in line)]

    def _is_first(self, pointer: Pointer) -> bool:
        return len(self._clicks) >= 2 and math.dist(pointer.point, self._clicks[0]) * pointer.scale <= NEAR

    def _begin_line(self) -> None:
        """Find the edges around the last click, in the copy of the image that the view shows."""
        image = self.document.image
        self._wire = None
        if self._clicks and image is not None:
            levels = [image, *self.document.image_levels]
            level = min(len(levels) - 1, max(0, math.floor(-math.log2(min(1.0, self._scale)))))
            self._wire = Livewire(levels[level], self._clicks[-1], stride=2**level)
        self._announce()

    def _follow(self, point: Point | None) -> None:
        self._at = point
        self._live = self._wire.line_to(point) if self._wire is not None and point is not None else []
        if self._clicks:
            self.preview_changed.emit()

    def _announce(self) -> None:
        self.preview_changed.emit()
        self.steps_changed.emit()

    def _fill(self, erases: bool) -> bool:
        label_map = self.document.label_map
        if len(self._clicks) < 2 or self._wire is None or label_map is None:
            return False
        outline = [*self._outline(), *self._wire.line_to(self._clicks[0])]
        self.cancel()
        AreaPaint(self.document, erases).paint(polygon(outline, *label_map.shape, overlaps=True), self.tr("Livewire"))
        return True
