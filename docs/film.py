"""Film: frames of the real window with a drawn pointer and a line of text, and the animated picture made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QPolygonF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from screenshots import pause

BAND = 36
"""Height in pixels of the line of text below the window."""
STEP = 70
"""How far in pixels the pointer goes from frame to frame."""
MOVE = 65
"""How long in milliseconds a frame of a movement is seen."""
ARROW = [(0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12)]
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


class Film:
    """Moves the mouse in a window, by events as Qt gets them from a mouse, and keeps what is then seen.

    Attributes
    ----------
    text : str
        What stands below the window.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._at = QPoint(window.width() // 2, window.height() // 2)
        self._down = False
        self._frames: list[tuple[Image.Image, int]] = []
        self.text = ""

    @property
    def seconds(self) -> float:
        """How long the film is."""
        return sum(shown for _, shown in self._frames) / 1000

    def keep(self, milliseconds: int) -> None:
        """Keep what is seen now; a frame like the one before only lengthens it."""
        image = _pillow(self._picture())
        if self._frames and self._frames[-1][0].tobytes() == image.tobytes():
            self._frames[-1] = image, self._frames[-1][1] + milliseconds
        else:
            self._frames.append((image, milliseconds))

    def rest(self, milliseconds: int, work: float = 0.4) -> None:
        """Let the window work for some seconds, then show it for a while."""
        pause(work)
        self.keep(milliseconds)

    def watch(self, seconds: float, milliseconds: int) -> None:
        """Let the window work, and show what it looks like then."""
        pause(seconds)
        self.keep(milliseconds)

    def watch_until(self, ended: Callable[[], object], count: int, milliseconds: int) -> None:
        """Let the window work until something holds, and show ``count`` moments of it, evenly spread."""
        start = len(self._frames)
        while not ended():
            self.watch(0.5, milliseconds)
        seen = self._frames[start:]
        places = {round(k * (len(seen) - 1) / max(count - 1, 1)) for k in range(count)} if seen else set()
        self._frames[start:] = [(seen[k][0], milliseconds) for k in sorted(places)]

    def move(self, widget: QWidget, point: QPoint) -> None:
        """Move the pointer there on a straight line."""
        start, end = QPointF(self._at), QPointF(self._of(widget, point))
        steps = max(1, int(((end - start).manhattanLength()) / STEP))
        for step in range(1, steps + 1):
            self._go((start + (end - start) * step / steps).toPoint())
            self.keep(MOVE)

    def click(self, widget: QWidget, point: QPoint | None = None) -> None:
        """Move to a widget and click it."""
        point = widget.rect().center() if point is None else point
        self.move(widget, point)
        self._down = True
        self.keep(160)
        self._down = False
        QTest.mouseClick(widget, LEFT, NONE, point)
        self.rest(240, 0.2)

    def stroke(self, widget: QWidget, points: list[QPoint]) -> None:
        """Drag through points of a widget."""
        self.move(widget, points[0])
        QTest.mousePress(widget, LEFT, NONE, points[0])
        self._down = True
        every = max(1, len(points) // 12)
        for number, point in enumerate(points[1:], 1):
            self._at = self._of(widget, point)
            QTest.mouseMove(widget, point)
            if number % every == 0:
                self.watch(0.02, MOVE)
        self._down = False
        QTest.mouseRelease(widget, LEFT, NONE, points[-1])
        self.keep(120)

    def save(self, path: Path, quality: int) -> None:
        """Write an animated WebP that begins anew at its end."""
        images, shown = zip(*self._frames, strict=True)
        images[0].save(
            path,
            save_all=True,
            append_images=list(images[1:]),
            duration=list(shown),
            loop=0,
            quality=quality,
            method=4,
        )

    def save_frames(self, folder: Path) -> None:
        """Write each frame as a PNG file, to look at them."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, (image, shown) in enumerate(self._frames):
            image.save(folder / f"{number:03d}-{shown}ms.png", compress_level=1)

    def _of(self, widget: QWidget, point: QPoint) -> QPoint:
        return self._window.mapFromGlobal(widget.mapToGlobal(point))

    def _go(self, point: QPoint) -> None:
        """Tell the widget under the pointer where it is."""
        self._at = point
        everywhere = self._window.mapToGlobal(point)
        dialog = QApplication.activeModalWidget()
        inside = dialog or self._window
        widget = inside.childAt(inside.mapFromGlobal(everywhere))
        if widget is not None:
            QTest.mouseMove(widget, widget.mapFromGlobal(everywhere))
            pause(0.01)

    def _picture(self) -> QPixmap:
        size = self._window.size()
        picture = QPixmap(size.width(), size.height() + BAND)
        picture.fill(QColor("#10221f"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._window.grab())
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            place = self._window.mapFromGlobal(dialog.mapToGlobal(QPoint(0, 0)))
            painter.fillRect(QRect(QPoint(0, 0), size), QColor(0, 0, 0, 70))
            painter.drawPixmap(place, dialog.grab())
            painter.setPen(QColor("#8a949a"))
            painter.drawRect(QRect(place, dialog.size()))
        font = painter.font()
        font.setPixelSize(17)
        painter.setFont(font)
        painter.setPen(QColor("white"))
        band = QRect(0, size.height(), size.width(), BAND)
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, self.text)
        self._draw_pointer(painter)
        painter.end()
        return picture

    def _draw_pointer(self, painter: QPainter) -> None:
        if self._down:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(255, 170, 0, 110))
            painter.drawEllipse(self._at, 12, 12)
        painter.setPen(QColor("black"))
        painter.setBrush(QColor("white"))
        painter.drawPolygon(QPolygonF([QPointF(self._at) + QPointF(x, y) for x, y in ARROW]))


def _pillow(picture: QPixmap) -> Image.Image:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    size, line = (image.width(), image.height()), image.bytesPerLine()
    return Image.frombytes("RGB", size, bytes(image.constBits()), "raw", "RGB", line)
