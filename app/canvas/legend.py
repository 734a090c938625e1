"""Legend: what the colours of a view say, small in a corner of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPalette, QPen, QSinglePointEvent
from PySide6.QtWidgets import QWidget

from app.canvas.color_tables import heat_table
from app.canvas.hatch import hatch

PAD, GAP, BAR, SWATCH = 10, 6, 10, 12
"""View pixels: around all, between parts, height of a colour bar, side of a swatch."""
EDGE = 24
"""View pixels between it and the edges of the canvas, where rulers may be."""
NEAR = 16
"""View pixels: a pointer so near makes it go to another corner."""
WIDEST = 260
"""View pixels of text; more is elided."""
FREE = 200
"""View pixels of the canvas above or below it; where they are fewer, it is not shown."""
NOWHERE = QPoint(-1000, -1000)
SURFACE, TEXT = QPalette.ColorRole.ToolTipBase, QPalette.ColorRole.ToolTipText


@dataclass(frozen=True)
class Scale:
    """A colour bar: its title, the control points of `heat_table`, and what its two ends say."""

    title: str
    points: str
    low: str
    high: str


@dataclass(frozen=True)
class Key:
    """One row: colours of a swatch, side by side, or the hatch of ignored pixels, and what they say."""

    colors: tuple[QColor, ...]
    text: str
    hatched: bool = False


Item = Scale | Key


class Legend(QWidget):
    """Lies over its parent and lets every click through; it is in another corner while the pointer is near its own."""

    def __init__(self, parent: QWidget) -> None:
        self.content: tuple[Item, ...] = ()
        self._canvas = parent
        self._pointer = NOWHERE
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_content(self, content: tuple[Item, ...]) -> None:
        """Show these, one below the other."""
        if content == self.content:
            return
        self.content = content
        if content:  # a canvas without a legend is not slowed down by it
            self._canvas.installEventFilter(self)
        else:
            self._canvas.removeEventFilter(self)
        self._place()
        self.update()

    def texts(self) -> list[str]:
        """Return all that stands there."""
        found: list[str] = []
        for item in self.content:
            found += [item.title, item.low, item.high] if isinstance(item, Scale) else [item.text]
        return found

    def sizeHint(self) -> QSize:  # noqa: N802
        """Just large enough for its content."""
        width = max((self._width(item) for item in self.content), default=0)
        heights = [self._height(item) for item in self.content]
        return QSize(width + 2 * PAD, sum(heights) + max(0, len(heights) - 1) * GAP + 2 * PAD)

    def _width(self, item: Item) -> int:
        metrics = self.fontMetrics()
        if isinstance(item, Key):
            return min(WIDEST, metrics.horizontalAdvance(item.text)) + 2 * SWATCH + 2 * GAP
        ends = metrics.horizontalAdvance(item.low) + metrics.horizontalAdvance(item.high)
        return max(160, ends + 3 * PAD, min(WIDEST, metrics.horizontalAdvance(item.title)))

    def _height(self, item: Item) -> int:
        line = self.fontMetrics().height()
        return line if isinstance(item, Key) else 2 * line + BAR + 2 * GAP

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the size of the parent, and make way for the pointer."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        elif event.type() == QEvent.Type.Leave:
            self._pointer = NOWHERE
            self._place()
        elif self.isVisible() and event.type() in (QEvent.Type.MouseMove, QEvent.Type.TabletMove):
            assert isinstance(event, QSinglePointEvent)
            self._pointer = event.position().toPoint()
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take on another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()

    def _place(self) -> None:
        room = self._canvas.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        place = QRect(room.topLeft(), self.sizeHint())
        fits = place.width() <= room.width() and place.height() + FREE <= room.height()
        bottom, right = room.height() - place.height(), room.width() - place.width()
        for x, y in ((0, bottom), (0, 0), (right, 0)):  # the minimap has the fourth
            corner = place.translated(x, y)
            if not corner.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(self._pointer):
                self.setGeometry(corner)
                break
        self.setVisible(fits and self.content != ())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the frame and what it holds, in the colours of the theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface, text = (self.palette().color(role) for role in (SURFACE, TEXT))
        line = QColor(text)
        line.setAlpha(60)
        surface.setAlpha(235)
        painter.setBrush(surface)
        painter.setPen(QPen(line, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = self.rect().adjusted(PAD, PAD, -PAD, -PAD)
        for item in self.content:
            if isinstance(item, Scale):
                self._draw_scale(painter, inside, item, text)
            else:
                self._draw_key(painter, inside, item, text)
            inside.setTop(inside.top() + self._height(item) + GAP)

    def _draw_scale(self, painter: QPainter, inside: QRect, scale: Scale, text: QColor) -> None:
        metrics = self.fontMetrics()
        line = metrics.height()
        bar = QRectF(inside.left(), inside.top() + line + GAP, inside.width(), BAR)
        colors = QLinearGradient(bar.topLeft(), bar.topRight())
        table = heat_table(scale.points, 255)
        for step in range(0, 256, 15):
            colors.setColorAt(step / 255, QColor.fromRgb(table[step]))
        painter.fillRect(bar, colors)
        painter.setPen(text)
        title = metrics.elidedText(scale.title, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(QPointF(inside.left(), inside.top() + metrics.ascent()), title)
        below = QRectF(inside.left(), bar.bottom() + GAP / 2, inside.width(), line + GAP / 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, scale.low)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, scale.high)

    def _draw_key(self, painter: QPainter, inside: QRect, key: Key, text: QColor) -> None:
        metrics = self.fontMetrics()
        line = metrics.height()
        border = QColor(text)
        border.setAlpha(110)
        box = QRectF(inside.left() + 0.5, inside.top() + (line - SWATCH) / 2 + 0.5, 2 * SWATCH - 1, SWATCH - 1)
        wide = box.width() / max(1, len(key.colors))
        for place, color in enumerate(key.colors):
            painter.fillRect(QRectF(box.left() + place * wide, box.top(), wide, box.height()), color)
        if key.hatched:
            hatch(painter, box.toAlignedRect().adjusted(1, 1, -1, -1))
        if key.colors or key.hatched:
            painter.setPen(QPen(border, 1))
            painter.drawRect(box)
        painter.setPen(text)
        room = QRectF(box.right() + GAP, inside.top(), inside.right() - box.right() - GAP + 1, line)
        words = metrics.elidedText(key.text, Qt.TextElideMode.ElideMiddle, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
