"""Touching: what a person does with two fingers and with a stylus, and what must be seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.tools.at_scale.gestures import BRIGHT, CAR, ROAD, Sheet

PEN, ERASER = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease


@cache
def screen() -> QPointingDevice:
    """The touch screen."""
    return QTest.createTouchDevice()


def fingers(sheet: Sheet) -> None:
    """Two fingers move the view by what they move, and zoom by what they part."""
    canvas, before = sheet.hand.canvas, sheet.hand.canvas.transform
    one, other = (sheet.hand.inside(*point) for point in ((100, 116), (180, 116)))
    QTest.touchEvent(canvas, screen()).press(1, one, canvas).commit()
    QTest.touchEvent(canvas, screen()).move(1, one, canvas).press(2, other, canvas).commit()
    one, other = one + QPoint(16, -12), other + QPoint(16, -12)
    QTest.touchEvent(canvas, screen()).move(1, one, canvas).move(2, other, canvas).commit()
    moved = canvas.transform
    sheet.expect("the view follows", (moved.left - before.left, moved.top - before.top) == (16, -12))
    same = (20, 20), (100, 76), (228, 172), (156, 116)
    sheet.expect("it is the same image", sheet.shot().is_as_in(sheet.before, *same))
    one, other = one - QPoint(40, 0), other + QPoint(40, 0)
    QTest.touchEvent(canvas, screen()).move(1, one, canvas).move(2, other, canvas).commit()
    sheet.expect("it is twice as large", abs(canvas.zoom - 2 * sheet.zoom) < 1e-6)
    QTest.touchEvent(canvas, screen()).release(1, one, canvas).release(2, other, canvas).commit()
    sheet.expect("nothing is painted", not sheet.document.undo_name)


def stylus(sheet: Sheet) -> None:
    """Half the pressure paints half as wide; the other end erases."""
    line(sheet, PEN, 0.5, (28, 28), (156, 28))
    line(sheet, PEN, 1.0, (28, 204), (156, 204))
    seen = sheet.shot()
    sheet.expect("both strokes are seen", seen.is_color(CAR, (92, 28), (92, 204)))
    sheet.expect("the one with pressure is wider", seen.is_color(CAR, (92, 213)))
    sheet.expect("the other one is not", seen.is_as_in(sheet.before, (92, 37), (92, 19)))
    line(sheet, ERASER, 1.0, (100, 76), (220, 76))
    seen = sheet.shot()
    sheet.expect("the other end erases", seen.is_color(BRIGHT, (100, 76), (156, 76)))
    sheet.expect("what it does not touch stays", seen.is_color(ROAD, (156, 60)))


def line(sheet: Sheet, tip: QPointingDevice.PointerType, pressure: float, *points: Sequence[float]) -> None:
    """Draw with a stylus."""
    device = QPointingDevice(
        "stylus", 1, QPointingDevice.DeviceType.Stylus, tip, QPointingDevice.Capability.Pressure, 1, 1
    )
    for kind, point in ((PRESS, points[0]), *((MOVE, point) for point in points[1:]), (RELEASE, points[-1])):
        at = QPointF(sheet.hand.inside(*point))
        held = NO_BUTTON if kind == RELEASE else LEFT
        button = NO_BUTTON if kind == MOVE else LEFT
        globally = sheet.hand.canvas.mapToGlobal(at)
        angles = (0.0, 0.0, 0.0, 0.0, 0.0)  # tilt, tangential pressure, rotation and height
        event = QTabletEvent(
            kind, device, at, globally, pressure, *angles, Qt.KeyboardModifier.NoModifier, button, held
        )
        QApplication.sendEvent(sheet.hand.canvas, event)
