"""SuperpixelTool: labels small pieces of like colour, one after the other."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath, qRgba

from app.canvas.pen_options import Option, ToolOptions
from app.canvas.tool import CTRL, RIGHT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.area import AreaPaint
from segcore.editing import Recorder
from segcore.editing.brush import NOTHING, Covered, Point
from segcore.editing.superpixels import LEAST_SIDE, MOST_SIDE, SuperpixelTiles
from segcore.labels.classes import IGNORE_INDEX

ALPHA = 130
"""Opacity of the piece under the pointer, 0-255."""
EDGE = 3.0
"""View pixels around it that its outline needs."""


class SuperpixelTool(Tool):
    """Left gives the pieces under the pointer the active class; right, or Ctrl held, empties them.

    The size of the pen says how large pieces are.
    """

    uses = frozenset({Option.SIZE})

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._tiles: SuperpixelTiles | None = None
        self._recorder: Recorder | None = None
        self._erases = False
        self._at: Point | None = None
        self._piece: Covered = NOTHING
        self._picture: QImage | None = None
        self._outline = QPainterPath()
        document.image_changed.connect(self._forget)
        options.radius_changed.connect(self._look_again)
        document.active_class_changed.connect(self._look_again)
        document.classes_changed.connect(self._look_again)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Click a piece, or drag over many; the size of the brush is the size of the pieces.")

    def press(self, pointer: Pointer) -> None:
        """Begin with the piece under the pointer."""
        if self.document.label_map is None:
            return
        self._erases = pointer.button == RIGHT or pointer.holds(CTRL)
        self._recorder = self.document.begin(self.tr("Superpixels"), erases=self._erases)
        self._at, self._picture = None, None  # erasing has another colour
        self._take(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Take the pieces on the way."""
        if self._recorder is not None:
            self._take(pointer)

    def release(self, pointer: Pointer) -> None:
        """Keep them."""
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            self.document.commit(recorder)
            self._look_again()

    def cancel(self) -> bool:
        """Revert what was taken."""
        if self._recorder is None:
            return False
        recorder, self._recorder = self._recorder, None
        self.document.revert(recorder)
        self._look_again()
        return True

    def hover(self, pointer: Pointer | None) -> None:
        """Show the piece under the pointer."""
        self._at = None if pointer is None else pointer.point
        self._look()

    def leave(self) -> None:
        """Let the superpixels go."""
        super().leave()
        self._tiles = None

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the piece under the pointer in the colour of the class, with its outline."""
        if self._picture is None:
            return
        box = self._piece.box
        place = transform.rect_to_view(QRectF(box.left, box.top, box.width, box.height))
        painter.drawImage(place, self._picture)
        for line in double_line(painter):
            painter.setPen(line)
            painter.save()
            painter.translate(place.topLeft())
            painter.scale(transform.scale, transform.scale)
            painter.drawPath(self._outline)
            painter.restore()

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return where the piece is."""
        box = self._piece.box
        if self._picture is None:
            return QRectF()
        place = transform.rect_to_view(QRectF(box.left, box.top, box.width, box.height))
        return place.adjusted(-EDGE, -EDGE, EDGE, EDGE)

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _side(self) -> int:
        return min(max(round(2 * self.options.radius), LEAST_SIDE), MOST_SIDE)

    def _found(self, point: Point) -> Covered:
        image = self.document.image
        if image is None:
            return NOTHING
        if self._tiles is None or self._tiles.image is not image or self._tiles.side != self._side:
            self._tiles = SuperpixelTiles(image, self._side)
        return self._tiles.at(*_pixel(point))

    def _take(self, pointer: Pointer) -> None:
        """Paint the pieces between the last point and this one; a fast stroke leaves none out."""
        recorder, start, end = self._recorder, self._at or pointer.point, pointer.point
        assert recorder is not None
        value = IGNORE_INDEX if self._erases else self.document.active_class
        steps = max(1, math.ceil(math.dist(start, end) / (self._side / 4)))
        piece = NOTHING
        for step in range(1, steps + 1):
            share = step / steps
            point = Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
            if not piece.has(*_pixel(point)):
                piece = self._found(point)
                recorder.paint(piece.box, piece.mask, value)
        self._at = end
        self._look()

    def _look(self) -> None:
        if self._at is not None and self._piece.has(*_pixel(self._at)) and self._picture is not None:
            return
        had = self._picture is not None
        self._piece = NOTHING if self._at is None or self.document.label_map is None else self._found(self._at)
        self._picture = None
        if not self._piece.box.is_empty:
            self._picture = self._drawn(self._piece)
            self._outline = outline_of(self._piece)
        if had or self._picture is not None:
            self.preview_changed.emit()

    def _look_again(self, _changed: object = None) -> None:
        self._picture = None
        if self._at is not None:
            self._look()

    def _drawn(self, piece: Covered) -> QImage:
        color = AreaPaint(self.document, self._erases and self._recorder is not None).color(ALPHA)
        mask = piece.mask.view(np.uint8)
        height, width = mask.shape
        picture = QImage(mask.data, width, height, width, QImage.Format.Format_Indexed8)
        picture.setColorTable([0, qRgba(color.red(), color.green(), color.blue(), color.alpha())])
        return picture.copy()

    def _forget(self) -> None:
        self._recorder = self._tiles = self._at = self._picture = None
        self._piece = NOTHING


def outline_of(piece: Covered) -> QPainterPath:
    """Return the sides of its pixels that are borders, in pixels from the corner of its box."""
    mask = np.pad(piece.mask, 1)
    path = QPainterPath()
    for y, x in np.argwhere(mask[1:, 1:-1] != mask[:-1, 1:-1]).tolist():
        path.moveTo(x, y)
        path.lineTo(x + 1, y)
    for y, x in np.argwhere(mask[1:-1, 1:] != mask[1:-1, :-1]).tolist():
        path.moveTo(x, y)
        path.lineTo(x, y + 1)
    return path


def _pixel(point: Point) -> tuple[int, int]:
    return math.floor(point.x), math.floor(point.y)
