"""PolygonTool: click the corners of an area."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from segcore.editing.brush import Point
from segcore.editing.shapes import polygon
from segcore.labels.classes import IGNORE_INDEX

NEAR = 9.0
"""View pixels: a click so near the first corner closes the polygon."""


class PolygonTool(Tool):
    """Enter, a double click or a click on the first corner closes; Backspace or Undo takes one back, Esc all.

    Closed with Ctrl held, it erases. Another tool may be used in between: the corners stay until the image changes.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._corners: list[Point] = []
        self._taken_back: list[Point] = []  # the last one taken back is the last one here
        self._at: Point | None = None
        self._near_first = False
        document.image_changed.connect(self.cancel)
        document.history_changed.connect(self._forget_steps)

    @property
    def corners(self) -> tuple[Point, ...]:
        """Image coordinates clicked so far."""
        return tuple(self._corners)

    def leave(self) -> None:
        """Keep the corners for when the person comes back to this tool."""

    def press(self, pointer: Pointer) -> None:
        """Add a corner, or close; the right button takes the last corner back."""
        if self.document.label_map is None:
            return
        if pointer.button != LEFT:
            self.step_back()
        elif len(self._corners) >= 3 and self._is_near_first(pointer):
            self._close(erase=pointer.holds(CTRL))
        else:
            self._corners.append(pointer.point)
            self._taken_back.clear()
            self._at = pointer.point
            self._announce()

    def drag(self, pointer: Pointer) -> None:
        """Let the line to the pointer follow."""
        self.hover(pointer)

    def hover(self, pointer: Pointer | None) -> None:
        """Let the line to the pointer follow."""
        self._at = pointer.point if pointer is not None else None
        self._near_first = pointer is not None and len(self._corners) >= 3 and self._is_near_first(pointer)
        if self._corners:
            self.preview_changed.emit()

    def double_click(self, pointer: Pointer) -> None:
        """Close; the first press of the double click has set the last corner."""
        if pointer.button == LEFT and len(self._corners) >= 3:
            self._close(erase=pointer.holds(CTRL))

    def finish(self) -> bool:
        """Close."""
        if len(self._corners) < 3:
            return False
        self._close()
        return True

    def step_back(self) -> bool:
        """Take the last corner back."""
        if not self._corners:
            return False
        self._taken_back.append(self._corners.pop())
        self._near_first = False
        self._announce()
        return True

    def step_forward(self) -> bool:
        """Put the corner back that was taken back last."""
        if not self._taken_back:
            return False
        self._corners.append(self._taken_back.pop())
        self._announce()
        return True

    def step_back_name(self) -> str:
        """Return the name of a corner, when there is one."""
        return self.tr("corner") if self._corners else ""

    def step_forward_name(self) -> str:
        """Return the name of a corner, when one was taken back."""
        return self.tr("corner") if self._taken_back else ""

    def cancel(self) -> bool:
        """Drop all corners."""
        self._taken_back.clear()
        if not self._corners:
            self.steps_changed.emit()
            return False
        self._corners.clear()
        self._near_first = False
        self._announce()
        return True

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the lines so far, the area they would close, and the corners."""
        if not self._corners:
            return
        points = [transform.to_view(p) for p in self._corners]
        live = [*points, transform.to_view(self._at)] if self._at is not None and not self._near_first else points
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(70))
        painter.drawPolygon(QPolygonF(live))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in double_line(painter):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([*live, points[0]] if self._near_first else live))
        dark, _ = double_line(painter)
        dark.setWidthF(1.2)
        painter.setPen(dark)
        for index, point in enumerate(points):
            first = index == 0
            painter.setBrush(self._color(255) if first and self._near_first else QColor(255, 255, 255))
            size = 5.5 if first else 3.5
            painter.drawEllipse(point, size, size)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around corners and pointer."""
        if not self._corners:
            return QRectF()
        points = [transform.to_view(p) for p in (*self._corners, *([self._at] if self._at else []))]
        return QPolygonF([QPointF(p) for p in points]).boundingRect().adjusted(-NEAR, -NEAR, NEAR, NEAR)

    def _announce(self) -> None:
        self.preview_changed.emit()
        self.steps_changed.emit()

    def _forget_steps(self) -> None:
        """Leave Redo to the document once it has another history; corners that are there stay."""
        if not self._corners and self._taken_back:
            self._taken_back.clear()
            self.steps_changed.emit()

    def _is_near_first(self, pointer: Pointer) -> bool:
        first = self._corners[0]
        return math.hypot(pointer.point.x - first.x, pointer.point.y - first.y) * pointer.scale <= NEAR

    def _close(self, erase: bool = False) -> None:
        corners = list(self._corners)
        self.cancel()
        label_map = self.document.label_map
        if label_map is None:
            return
        covered = polygon(corners, *label_map.shape)
        recorder = self.document.begin(self.tr("Polygon"), erases=erase)
        recorder.paint(covered.box, covered.mask, IGNORE_INDEX if erase else self.document.active_class)
        self.document.commit(recorder)

    def _color(self, alpha: int) -> QColor:
        classes = self.document.classes
        found = classes.find(self.document.active_class) if classes is not None else None
        return QColor(*(found.color if found is not None else (255, 255, 255)), alpha)
