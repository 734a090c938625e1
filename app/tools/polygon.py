"""PolygonTool: click the corners of an area, change them, and paint it."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.area import AreaPaint
from app.tools.outline import Outline
from segcore.editing.brush import Point
from segcore.editing.shapes import polygon

NEAR, NEAR_SIDE = 9.0, 6.0
"""View pixels: how near a corner or a side the pointer must be to mean it."""
MOVED = 4.0
"""View pixels: a shorter drag is a click."""
SMALL, LARGE = 3.5, 5.5
"""View pixels: radius of a corner, and of one that a click would mean."""


class PolygonTool(Tool):
    """A click adds a corner; on the first corner it closes the polygon. Enter or a double click paints it.

    Until then a drag moves a corner, or makes one out of a side; the right button removes the corner under it, else it
    takes the last step back, as Backspace and Undo do. Esc drops all. Closed with Ctrl held, it erases. Another tool
    may be used in between: the corners stay until the image changes.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._outline = Outline()
        self._erases = False
        self._at: Point | None = None
        self._hot: int | None = None  # the corner under the pointer
        self._pressed: Pointer | None = None  # on a corner or a side
        self._corner: int | None = None
        self._side: int | None = None
        self._moved = False
        self._steps = 0  # when the button went down
        document.image_changed.connect(self.cancel)
        document.history_changed.connect(self._forget_steps)

    @property
    def corners(self) -> tuple[Point, ...]:
        """Image coordinates clicked so far."""
        return self._outline.corners

    @property
    def closed(self) -> bool:
        """Whether it waits for Enter."""
        return self._outline.closed

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Click the corners; a click on the first one closes the polygon, Enter paints it.")

    def leave(self) -> None:
        """Keep the corners for when the person comes back to this tool."""

    # -- pointer -----------------------------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> None:
        """Add a corner, or take hold of a corner or a side; the right button removes."""
        if self.document.label_map is None:
            return
        self._at, self._pressed, self._moved, self._steps = pointer.point, None, False, self._outline.steps
        self._corner = self._outline.corner_near(pointer.point, NEAR / pointer.scale)
        self._side = self._outline.side_near(pointer.point, NEAR_SIDE / pointer.scale) if self._corner is None else None
        if pointer.button != LEFT:
            if self._corner is None:
                self.step_back()
            else:
                self._outline.remove(self._corner, self.tr("removing a corner"))
        elif self._corner is not None or self._side is not None:
            self._pressed = pointer
        elif self.closed:
            self.message.emit(self.tr("Enter paints the polygon; Esc drops it."))
        else:
            self._outline.add(pointer.point, self.tr("corner"))
        self._announce()

    def drag(self, pointer: Pointer) -> None:
        """Move what the button went down on."""
        pressed = self._pressed
        if pressed is not None:
            if self._moved:
                self._outline.step_back()  # the steps of one drag are one step
            elif math.dist(pressed.point, pointer.point) * pointer.scale < MOVED:
                return
            self._moved = True
            if self._corner is not None:
                self._outline.move(self._corner, pointer.point, self.tr("moving a corner"))
            elif self._side is not None:
                self._outline.insert(self._side, pointer.point, self.tr("corner"))
            self._announce()
        self.hover(pointer)

    def release(self, pointer: Pointer) -> None:
        """React to a click on a corner or a side."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._moved:
            return
        if self._corner == 0 and not self.closed and len(self.corners) >= 3:
            self._erases = pressed.holds(CTRL)
            self._outline.close(self.tr("closing the polygon"))
            self.message.emit(
                self.tr("Enter paints it. Drag corners or sides to change them; the right button removes a corner.")
            )
        elif not self.closed:
            self._outline.add(pressed.point, self.tr("corner"))
        elif self._side is not None:
            self._outline.insert(self._side, pressed.point, self.tr("corner"))
        self._announce()

    def hover(self, pointer: Pointer | None) -> None:
        """Let the line to the pointer follow, and show the corner that a click would mean."""
        self._at = pointer.point if pointer is not None else None
        self._hot = self._outline.corner_near(pointer.point, NEAR / pointer.scale) if pointer is not None else None
        if self.corners:
            self.preview_changed.emit()

    def double_click(self, pointer: Pointer) -> None:
        """Paint; the first press of the double click has set the last corner."""
        if pointer.button == LEFT and len(self.corners) >= 3:
            self._fill(self._erases or pointer.holds(CTRL))

    # -- keys --------------------------------------------------------------------------------------------------------

    def finish(self) -> bool:
        """Paint."""
        if len(self.corners) < 3:
            return False
        self._fill(self._erases)
        return True

    def step_back(self) -> bool:
        """Take the last step back."""
        return self._stepped(self._outline.step_back())

    def step_forward(self) -> bool:
        """Put the step back that was taken back last."""
        return self._stepped(self._outline.step_forward())

    def step_back_name(self) -> str:
        """Return the name of the last step, when there is one."""
        return self._outline.last_step

    def step_forward_name(self) -> str:
        """Return the name of the step that was taken back last, when there is one."""
        return self._outline.next_step

    def cancel(self) -> bool:
        """Drop all corners."""
        had_corners = bool(self.corners)
        self._outline.clear()
        self._pressed = self._hot = None
        self._erases = False
        self._announce()
        return had_corners

    def abandon(self) -> None:
        """Keep the corners from before the button went down."""
        self._pressed = None
        while self._outline.steps > self._steps:
            self.step_back()

    # -- what is seen ------------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the lines so far, the area they would close, and the corners."""
        if not self.corners:
            return
        points = [transform.to_view(p) for p in self.corners]
        closes = self.closed or (self._hot == 0 and len(points) >= 3)
        follows = not closes and self._at is not None and self._pressed is None
        live = [*points, transform.to_view(self._at)] if follows and self._at is not None else points
        paint = AreaPaint(self.document, self._erases)
        path = QPainterPath()
        path.addPolygon(QPolygonF(live))
        if closes:
            path.closeSubpath()
        paint.draw(painter, path)
        dark, _ = double_line(painter)
        dark.setWidthF(1.2)
        painter.setPen(dark)
        for index, point in enumerate(points):
            painter.setBrush(paint.color() if index == self._hot else QColor(255, 255, 255))
            size = LARGE if index == self._hot or (index == 0 and not self.closed) else SMALL
            painter.drawEllipse(point, size, size)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around corners and pointer."""
        if not self.corners:
            return QRectF()
        points = [transform.to_view(p) for p in (*self.corners, *([self._at] if self._at else []))]
        return QPolygonF([QPointF(p) for p in points]).boundingRect().adjusted(-NEAR, -NEAR, NEAR, NEAR)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _stepped(self, is_done: bool) -> bool:
        if is_done:
            self._pressed = self._hot = None
            self._erases = self._erases and self.closed
            self._announce()
        return is_done

    def _announce(self) -> None:
        self.preview_changed.emit()
        self.steps_changed.emit()

    def _forget_steps(self) -> None:
        """Leave Redo to the document once it has another history; corners that are there stay."""
        if not self.corners and self._outline.next_step:
            self._outline.clear()
            self.steps_changed.emit()

    def _fill(self, erases: bool) -> None:
        corners, label_map = self.corners, self.document.label_map
        self.cancel()
        if label_map is not None:
            AreaPaint(self.document, erases).paint(polygon(corners, *label_map.shape), self.tr("Polygon"))
