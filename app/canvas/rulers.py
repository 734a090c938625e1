"""Rulers: pixels, or the image's own units, along the upper and the left edge of the canvas."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from app.canvas.canvas import Canvas
from segcore.images.pixel_size import PIXELS, PixelSize

THICK = 20
"""View pixels."""
LEAST = 64
"""View pixels between two numbers, at least."""
DIVISIONS = {1: 10, 2: 4, 5: 5}
"""Small ticks from one number to the next, by the first digit of the step."""


def step_of(view_pixels: float, least: float = LEAST) -> tuple[float, int]:
    """Return the step between numbers, 1, 2 or 5 times a power of ten, and how many small ticks divide it.

    Parameters
    ----------
    view_pixels : float
        For one unit of the ruler.
    least : float
        View pixels that the step must have.
    """
    wanted = least / view_pixels
    power = 10.0 ** math.floor(math.log10(wanted))
    digit = next(each for each in (1, 2, 5, 10) if each * power >= wanted * (1 - 1e-9))
    return digit * power, DIVISIONS[1 if digit == 10 else digit]


class Ruler(QWidget):
    """One of the two; it lets every click through."""

    def __init__(self, canvas: Canvas, upright: bool) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._upright = upright
        self._mark: int | None = None
        self.size_of_pixel = PIXELS
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint ticks, numbers and where the pointer is."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Window))
        text = self.palette().color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(text, 1))
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        transform = self._canvas.transform
        length = self.height() if self._upright else self.width()
        start = transform.top if self._upright else transform.left
        unit = transform.scale / (self.size_of_pixel.y if self._upright else self.size_of_pixel.x)
        step, parts = step_of(unit)
        small = step / parts
        for n in range(math.floor((THICK - start) / unit / small), math.ceil((length - start) / unit / small) + 1):
            at = start + n * small * unit
            if at < THICK:
                continue
            is_large = n % parts == 0
            self._line(painter, at, THICK if is_large else THICK * 0.3)
            if is_large:
                self._number(painter, at, f"{n * small:.10g}")
        self._edge(painter, length)
        if self._mark is not None:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            self._line(painter, self._mark, THICK)
        if not self._upright:
            painter.fillRect(QRect(0, 0, THICK, THICK), self.palette().color(QPalette.ColorRole.Window))
            painter.setPen(text)
            painter.drawText(QRect(0, 0, THICK, THICK), Qt.AlignmentFlag.AlignCenter, self.size_of_pixel.unit)

    def point_at(self, position: QPointF | None) -> None:
        """Mark this place of the canvas; None: none."""
        mark = None if position is None else round(position.y() if self._upright else position.x())
        if mark != self._mark:
            self._mark = mark
            self.update()

    def _line(self, painter: QPainter, at: float, long: float) -> None:
        if self._upright:
            painter.drawLine(QPointF(THICK - long, at), QPointF(THICK, at))
        else:
            painter.drawLine(QPointF(at, THICK - long), QPointF(at, THICK))

    def _edge(self, painter: QPainter, length: int) -> None:
        end = THICK - 0.5
        ends = (QPointF(end, 0), QPointF(end, length)) if self._upright else (QPointF(0, end), QPointF(length, end))
        painter.drawLine(*ends)

    def _number(self, painter: QPainter, at: float, text: str) -> None:
        if not self._upright:
            painter.drawText(QPointF(at + 3, 11), text)
            return
        painter.save()
        painter.translate(11, at - 3)
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()


class Rulers(QObject):
    """Both rulers; hidden at first."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._shown = False
        self.top, self.left = Ruler(canvas, upright=False), Ruler(canvas, upright=True)
        canvas.installEventFilter(self)
        canvas.moved.connect(self._update)
        canvas.cursor_moved.connect(lambda x, y: self._point(x, y))
        canvas.cursor_left.connect(lambda: self._point(None, None))
        canvas.document.image_changed.connect(self._place)
        self._place()

    @property
    def shown(self) -> bool:
        """Whether they are seen while an image is open."""
        return self._shown

    @shown.setter
    def shown(self, shown: bool) -> None:
        self._shown = shown
        self._place()

    def measure(self, size: PixelSize) -> None:
        """Show these units."""
        self.top.size_of_pixel = self.left.size_of_pixel = size
        self._update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the size of the canvas."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        seen = self._shown and self._canvas.document.image is not None
        self.left.setGeometry(0, 0, THICK, self._canvas.height())
        self.top.setGeometry(0, 0, self._canvas.width(), THICK)
        for ruler in (self.left, self.top):
            ruler.setVisible(seen)
        self.top.raise_()

    def _update(self) -> None:
        self.top.update()
        self.left.update()

    def _point(self, x: int | None, y: int | None) -> None:
        middle = None
        if x is not None and y is not None:
            middle = self._canvas.transform.rect_to_view(QRectF(x, y, 1, 1)).center()
        self.top.point_at(middle)
        self.left.point_at(middle)
