from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QPointingDevice, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segcore.editing.brush import Point
from tests.app.canvas.spy_canvas import show


@pytest.fixture(scope="module")
def screen(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def touched(canvas, document):
    show(document)
    canvas.options.set_radius(0.5)
    canvas.zoom_to(2.0)
    return canvas


def at(canvas, x: float, y: float) -> QPoint:
    return canvas.transform.to_view(Point(x, y)).toPoint()


def labelled(canvas) -> int:
    return int((canvas.document.label_map.labels != 255).sum())


def test_one_finger_draws(touched, screen, document):
    y = 50.5
    QTest.touchEvent(touched, screen).press(1, at(touched, 20.5, y), touched).commit()
    assert labelled(touched) == 0, "a second finger may follow"
    for x in (30.5, 60.5):
        QTest.touchEvent(touched, screen).move(1, at(touched, x, y), touched).commit()
    QTest.touchEvent(touched, screen).release(1, at(touched, 60.5, y), touched).commit()
    assert np.flatnonzero(document.label_map.labels[50] != 255).tolist() == list(range(20, 61))
    assert document.undo_name == "Brush"
    assert touched.tool.preview_rect(touched.transform).isEmpty(), "no ring stays behind"


def test_a_tap_is_a_dab(touched, screen, document):
    QTest.touchEvent(touched, screen).press(1, at(touched, 20.5, 50.5), touched).commit()
    QTest.touchEvent(touched, screen).release(1, at(touched, 20.5, 50.5), touched).commit()
    assert labelled(touched) == 1


def test_two_fingers_move_and_zoom_about_their_middle_and_draw_nothing(touched, screen, document):
    left, right = QPoint(150, 150), QPoint(250, 150)
    middle = touched.transform.to_image((left + right).toPointF() / 2)
    QTest.touchEvent(touched, screen).press(1, left, touched).commit()
    QTest.touchEvent(touched, screen).move(1, left, touched).press(2, right, touched).commit()
    left, right = QPoint(110, 170), QPoint(260, 170)
    QTest.touchEvent(touched, screen).move(1, left, touched).move(2, right, touched).commit()
    assert touched.zoom == pytest.approx(3.0)
    now = touched.transform.to_image((left + right).toPointF() / 2)
    assert (now.x, now.y) == pytest.approx((middle.x, middle.y), abs=0.5)
    QTest.touchEvent(touched, screen).move(1, left, touched).release(2, right, touched).commit()
    QTest.touchEvent(touched, screen).move(1, QPoint(300, 250), touched).commit()
    QTest.touchEvent(touched, screen).release(1, QPoint(300, 250), touched).commit()
    assert labelled(touched) == 0
    assert document.undo_name == ""
    assert touched.zoom == pytest.approx(3.0)


def test_what_the_first_finger_drew_is_taken_back_when_a_second_one_comes(touched, screen, document):
    QTest.touchEvent(touched, screen).press(1, at(touched, 20.5, 50.5), touched).commit()
    QTest.touchEvent(touched, screen).move(1, at(touched, 50.5, 50.5), touched).commit()
    assert labelled(touched) > 0
    QTest.touchEvent(touched, screen).move(1, QPoint(100, 100), touched).press(2, QPoint(250, 250), touched).commit()
    assert labelled(touched) == 0
    QTest.touchEvent(touched, screen).move(1, QPoint(100, 100), touched).release(2, QPoint(250, 250), touched).commit()
    QTest.touchEvent(touched, screen).release(1, at(touched, 50.5, 50.5), touched).commit()
    assert document.undo_name == ""


def test_a_polygon_keeps_its_corners_when_two_fingers_move_the_view(touched, screen):
    touched.set_tool("polygon")
    for x, y in ((20, 20), (60, 20)):
        QTest.touchEvent(touched, screen).press(1, at(touched, x, y), touched).commit()
        QTest.touchEvent(touched, screen).release(1, at(touched, x, y), touched).commit()
    QTest.touchEvent(touched, screen).press(1, at(touched, 60, 60), touched).commit()
    QTest.touchEvent(touched, screen).move(1, at(touched, 70, 70), touched).commit()
    assert len(touched.tool.corners) == 3
    QTest.touchEvent(touched, screen).move(1, QPoint(100, 100), touched).press(2, QPoint(250, 250), touched).commit()
    QTest.touchEvent(touched, screen).release(1, QPoint(0, 0), touched).release(2, QPoint(250, 250), touched).commit()
    assert touched.tool.corners == ((20, 20), (60, 20))


def test_the_pad_of_a_notebook_is_left_to_qt(touched):
    pad = QPointingDevice(
        "pad",
        7,
        QPointingDevice.DeviceType.TouchPad,
        QPointingDevice.PointerType.Finger,
        QPointingDevice.Capability.Position,
        2,
        1,
    )
    event = QTouchEvent(QEvent.Type.TouchBegin, pad)
    QApplication.sendEvent(touched, event)
    assert not touched._touch.hear(event)
