"""Screen: what a window really shows, pixel by pixel of the screen; and a hand that moves the mouse over it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas

Color = tuple[int, int, int]
SAME = 3
"""Levels by which a pixel may differ from a colour that was blended."""
AROUND = 24
"""View pixels around the image that are looked at, too."""
DARK, LIGHT = 110, 150
"""Levels of the two parts of a line that is drawn to show on any background."""


class Shot:
    """A picture of a part of the screen. Points are in view pixels, as a person sees them, from the image's corner.

    Parameters
    ----------
    pixmap : QPixmap
        It knows how many pixels of the screen a view pixel has.
    left, top : float
        View pixels from its corner to that of the image.
    """

    def __init__(self, pixmap: QPixmap, left: float, top: float) -> None:
        self._ratio, self._left, self._top = pixmap.devicePixelRatioF(), left, top
        self._picture = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)

    def color(self, x: float, y: float) -> Color:
        """Return the colour at this point."""
        red, green, blue, _ = self._picture.pixelColor(*self._pixel(x, y)).getRgb()
        return red, green, blue

    def is_color(self, color: Color, *points: tuple[float, float]) -> bool:
        """Whether each of these points has this colour."""
        return all(_near(self.color(*point), color) for point in points)

    def is_as_in(self, other: Shot, *points: tuple[float, float]) -> bool:
        """Whether each of these points looks as in another picture."""
        return all(_near(self.color(*point), other.color(*point)) for point in points)

    def has_line(self, reach: float, *points: tuple[float, float]) -> bool:
        """Whether a line, dark beside light, passes each of these points within ``reach`` view pixels."""
        for x, y in points:
            (left, top), (right, bottom) = self._pixel(x - reach, y - reach), self._pixel(x + reach, y + reach)
            around = [
                self._picture.pixelColor(column, row).getRgb()[:3]
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ]
            if min(max(color) for color in around) > DARK or max(min(color) for color in around) < LIGHT:
                return False
        return True

    def differing(self, other: Shot) -> int:
        """Return how many pixels of the screen differ."""
        return int(np.count_nonzero(self._pixels() != other._pixels()))

    def _pixels(self) -> NDArray[np.uint32]:
        return np.frombuffer(self._picture.constBits(), np.uint32)

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        return int((x + self._left) * self._ratio), int((y + self._top) * self._ratio)


class Hand:
    """Moves the mouse over a shown canvas, by events of its window, and looks at the screen."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._window = canvas.window()

    def move(self, *points: tuple[float, float]) -> None:
        """Move over these points."""
        for point in points:
            QTest.mouseMove(self._window.windowHandle(), self._at(*point))

    def press(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press a button."""
        self.move((x, y))
        QTest.mousePress(self._window.windowHandle(), button, pos=self._at(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Let it go."""
        QTest.mouseRelease(self._window.windowHandle(), button, pos=self._at(x, y))

    def click(self, *points: tuple[float, float]) -> None:
        """Click each of these points."""
        for point in points:
            self.press(*point)
            self.release(*point)

    def key(self, key: Qt.Key) -> None:
        """Press a key."""
        QTest.keyClick(self.canvas, key)

    def shot(self) -> Shot:
        """Return what the screen shows once all is painted."""
        QApplication.processEvents()
        canvas, transform = self.canvas, self.canvas.transform
        image = transform.rect_to_view(QRectF(QPointF(), canvas.image_size)).toAlignedRect()
        seen = image.adjusted(-AROUND, -AROUND, AROUND, AROUND) & canvas.rect()
        place = QRect(canvas.mapToGlobal(seen.topLeft()), seen.size())
        # Of a window, and not of the screen, Qt grabs too little at a scale above 1.
        pixmap = self._window.screen().grabWindow(0, *place.getRect())
        return Shot(pixmap, transform.left - seen.left(), transform.top - seen.top())

    def repainted(self) -> Shot:
        """Return what the screen shows after all of the canvas was painted again."""
        self.canvas.update()
        return self.shot()

    def inside(self, x: float, y: float) -> QPoint:
        """Return the point of the canvas."""
        transform = self.canvas.transform
        return QPoint(round(x + transform.left), round(y + transform.top))

    def _at(self, x: float, y: float) -> QPoint:
        return self.canvas.mapTo(self._window, self.inside(x, y))


def _near(one: Iterable[int], other: Iterable[int]) -> bool:
    return all(abs(a - b) <= SAME for a, b in zip(one, other, strict=True))
