"""OtherSide: draws other labels beside or over the canvas, with the layers of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette

from app.canvas.compared import Compared, Mode
from app.canvas.layers import LABELS, View, ViewLayers
from app.canvas.notes import TOP
from app.canvas.view_transform import ViewTransform

EDGE = 12
"""View pixels between a title and the edges at its sides."""

LEAST = 40
"""View pixels that a title needs."""


class OtherSide(QObject):
    """Follows the layers, colours and tone of the canvas; read only.

    Attributes
    ----------
    mode : Mode
    content : Compared | None
        None while there is nothing to compare with.
    note : str
        Why there is nothing, for a person.
    share : float
        Of the canvas that lies left of the divider, 0.0-1.0.
    """

    changed = Signal()
    """It looks different, or is elsewhere."""

    def __init__(self, main: ViewLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = Mode.OFF
        self.content: Compared | None = None
        self.note = ""
        self.share = 0.5
        self._main = main
        self._layers = ViewLayers()

    def set_mode(self, mode: Mode) -> None:
        """Show it there."""
        if mode is not self.mode:
            self.mode = mode
            self.changed.emit()

    def set_content(self, content: Compared | None, note: str = "") -> None:
        """Show these labels, or the reason why there are none."""
        self.content, self.note = content, note
        if content is None:
            self._layers.set_image(None, (), None)
        else:
            self._layers.set_image(content.image, content.levels, content.label_map)
        is_earlier = content is not None and not content.predicted and self._main.shows(self._layers)
        self._main.compared = content.label_map.labels if content is not None and is_earlier else None
        self.changed.emit()

    def move_divider(self, share: float) -> None:
        """Put the divider there, 0.0-1.0 of the canvas from the left."""
        self.share = min(max(share, 0.0), 1.0)
        self.changed.emit()

    def right_of_divider(self, view: QRect) -> QRect:
        """Return the part of the canvas (``view``, view pixels) that shows the other labels; empty without a swipe."""
        if self.mode is not Mode.SWIPE:
            return QRect()
        return view.adjusted(round(self.share * view.width()), 0, 0, 0)

    def left_of_divider(self, view: QRect) -> QRect:
        """Return the part of the canvas that shows its own labels."""
        right = self.right_of_divider(view)
        return view if right.isEmpty() else QRect(view.topLeft(), QPoint(right.left() - 1, view.bottom()))

    def draw(self, painter: QPainter, transform: ViewTransform, dirty: QRect, view: QRect, palette: QPalette) -> None:
        """Paint the part ``dirty`` of the viewport ``view`` (both in view pixels); all of it is covered."""
        if dirty.isEmpty():
            return
        painter.save()
        painter.setClipRect(dirty, Qt.ClipOperation.IntersectClip)
        painter.fillRect(dirty, palette.color(QPalette.ColorRole.Shadow))
        if self.content is not None:
            self._follow()
            self._layers.draw(painter, fitted_onto(transform, self._main.size, self._layers.size), dirty, view)
        painter.restore()

    def draw_title(self, painter: QPainter, area: QRect, palette: QPalette) -> None:
        """Write what is shown in ``area`` (view pixels) at its top, or why nothing is."""
        text = self.content.title if self.content is not None else self.note
        room = area.adjusted(EDGE, TOP, -EDGE, -EDGE)
        if not text or room.width() < LEAST:
            return
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        box = QRectF(painter.fontMetrics().boundingRect(room, flags, text)).adjusted(-8, -4, 8, 4)
        box.moveTopRight(QPointF(room.right(), room.top()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        surface = QColor(palette.color(QPalette.ColorRole.ToolTipBase))
        surface.setAlpha(235)
        painter.setBrush(surface)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _follow(self) -> None:
        main, other = self._main, self._layers
        other.shown = main.shown if main.shown & LABELS else main.shown | {View.OVERLAY}
        other.shown -= {View.CHANGES, View.HEATMAP, View.UNCERTAINTY}  # they are about the labels of the canvas
        other.shown = other.shown or frozenset({View.OVERLAY})
        other.opacities, other.hidden, other.classes = main.opacities, main.hidden, main.classes
        if other.toned.tone != main.toned.tone:
            other.toned.tone = main.toned.tone
        source = main.toned.source if main.shows(other) else None
        if other.toned.source is not source:
            other.toned.set_source(source)


def fitted_onto(transform: ViewTransform, image: QSize, other: QSize) -> ViewTransform:
    """Return where ``other`` lies when it is as wide as ``image``, with its upper left corner at the same place."""
    if image.isEmpty() or other.isEmpty() or image == other:
        return transform
    return ViewTransform(transform.scale * image.width() / other.width(), transform.left, transform.top)
