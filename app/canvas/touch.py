"""Touch: one finger is a mouse with its left button held, two fingers move and zoom the view."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputDevice, QMouseEvent, QTouchEvent
from PySide6.QtWidgets import QApplication

from app.canvas.image_view import ImageView

SLOP = 8.0
"""View pixels: a finger that has moved less does not draw yet, because a second one may follow."""
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Touch:
    """Tells drawing from moving the view; after two fingers nothing is drawn until all are lifted.

    Parameters
    ----------
    view : ImageView
        Gets the mouse events of one finger.
    drop : Callable[[], None]
        Called when a second finger comes: takes back what the first has drawn.
    """

    def __init__(self, view: ImageView, drop: Callable[[], None]) -> None:
        self._view, self._drop_drawn = view, drop
        self._first: QPointF | None = None  # where a finger went down that does not draw yet
        self._draws = False
        self._pair: tuple[QPointF, QPointF] | None = None
        view.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)

    def hear(self, event: QTouchEvent) -> bool:
        """React to an event of a touch screen; return False for other devices, such as the pad of a notebook."""
        device = event.device()
        if device is None or device.type() != QInputDevice.DeviceType.TouchScreen:
            return False
        points = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        if event.type() == QEvent.Type.TouchCancel:
            self._drop()
            points = []
        elif len(points) >= 2:
            self._drop()
            self._move_view(points[0].position(), points[1].position())
        elif self._pair is None:
            self._draw(event.points()[0])
        if not points:
            self._pair = self._first = None
        return True

    def _draw(self, point: QEventPoint) -> None:
        at, lifted = point.position(), point.state() == QEventPoint.State.Released
        if point.state() == QEventPoint.State.Pressed:
            self._first, self._draws = at, False
        if self._first is not None and not self._draws and (lifted or _far(at, self._first) >= SLOP):
            self._draws = True
            self._send(PRESS, self._first, LEFT, LEFT)
        if self._draws:
            self._send(MOVE, at, NONE, LEFT)
        if self._draws and lifted:
            self._draws = False
            self._send(RELEASE, at, LEFT, NONE)
            QApplication.sendEvent(self._view, QEvent(QEvent.Type.Leave))  # no ring stays behind

    def _move_view(self, one: QPointF, other: QPointF) -> None:
        if self._pair is not None:
            middle, before = (one + other) / 2, (self._pair[0] + self._pair[1]) / 2
            apart = _far(*self._pair)
            step = middle - before
            self._view.pan_by(step.x(), step.y())
            self._view.zoom_to(self._view.zoom * (_far(one, other) / apart if apart > 0 else 1.0), middle)
        self._pair = one, other

    def _drop(self) -> None:
        if self._draws:
            self._drop_drawn()
        self._draws, self._first = False, None

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        keys = QApplication.keyboardModifiers()
        QApplication.sendEvent(self._view, QMouseEvent(kind, at, self._view.mapToGlobal(at), button, held, keys))


def _far(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
