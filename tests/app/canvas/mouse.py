"""Real mouse events at image coordinates of a canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from segcore.editing.brush import Point

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, NO_BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def send(canvas: Canvas, kind: QEvent.Type, x: float, y: float, button, held, keys=NONE) -> None:
    """Send an event; (x, y) in pixels of the image."""
    at = canvas.transform.to_view(Point(x, y))
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(QPointF(at)), button, held, keys))


def press(canvas, x, y, button=LEFT, keys=NONE):
    send(canvas, QEvent.Type.MouseButtonPress, x, y, button, button, keys)


def double(canvas, x, y, button=LEFT, keys=NONE):
    send(canvas, QEvent.Type.MouseButtonDblClick, x, y, button, button, keys)


def move(canvas, x, y, button=NO_BUTTON, keys=NONE):
    send(canvas, QEvent.Type.MouseMove, x, y, NO_BUTTON, button, keys)


def release(canvas, x, y, button=LEFT, keys=NONE):
    send(canvas, QEvent.Type.MouseButtonRelease, x, y, button, NO_BUTTON, keys)


def click(canvas, x, y, button=LEFT, keys=NONE):
    press(canvas, x, y, button, keys)
    release(canvas, x, y, button, keys)


def drag(canvas, *points, button=LEFT, keys=NONE):
    """Press at the first point, move over the others, release at the last."""
    press(canvas, *points[0], button, keys)
    for point in points[1:]:
        move(canvas, *point, button, keys)
    release(canvas, *points[-1], button, keys)
