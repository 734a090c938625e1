from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.document import LoadedImage
from segcore.labels.label_map import LabelMap
from tests.app.canvas.mouse import ALT, CTRL, LEFT, RIGHT, SHIFT, click, drag, move, press, release

ZOOMS = pytest.mark.parametrize("zoom", [0.5, 1.0, 7.3])


@pytest.fixture
def canvas(paper):
    paper.options.set_radius(0.5)
    paper.tool._size_label.hide()
    return paper


@pytest.fixture
def document(paper):
    return paper.document


def row(document, y):
    return np.flatnonzero(document.label_map.labels[y] == 1).tolist()


@ZOOMS
def test_shift_and_a_drag_draw_a_straight_line_whatever_lies_between(canvas, document, zoom):
    canvas.zoom_to(zoom)
    drag(canvas, (10.5, 20.5), (15.5, 50.5), (30.5, 40.5), (40.5, 20.5), keys=SHIFT)
    assert row(document, 20) == list(range(10, 41))
    assert (document.label_map.labels == 1).sum() == 31
    document.undo()
    assert (document.label_map.labels == 255).all()
    assert document.undo_name == ""


@ZOOMS
def test_shift_and_a_click_join_where_the_stroke_before_ended(canvas, document, zoom):
    canvas.zoom_to(zoom)
    click(canvas, 10.5, 20.5)
    click(canvas, 40.5, 20.5, keys=SHIFT)
    click(canvas, 40.5, 50.5, keys=SHIFT)
    assert row(document, 20) == list(range(10, 41))
    assert row(document, 50) == [40]
    assert (document.label_map.labels == 1).sum() == 31 + 30


def test_a_line_joins_nothing_in_another_image(canvas, document):
    click(canvas, 10.5, 20.5)
    document.show(LoadedImage("b.png", np.zeros((60, 80, 3), np.uint8), LabelMap.blank(60, 80)))
    click(canvas, 40.5, 20.5, keys=SHIFT)
    assert row(document, 20) == [40]


@pytest.mark.parametrize("how", [{"button": RIGHT}, {"keys": CTRL}])
def test_ctrl_and_the_right_button_erase_with_the_same_pen_straight_too(canvas, document, how):
    document.label_map.labels[:] = 1
    drag(canvas, (10.5, 20.5), (12.5, 20.5), **how)
    assert set(range(80)) - set(row(document, 20)) == {10, 11, 12}
    straight = {**how, "keys": how.get("keys", SHIFT) | SHIFT}
    drag(canvas, (30.5, 30.5), (33.5, 50.5), (35.5, 30.5), **straight)
    assert set(range(80)) - set(row(document, 30)) == set(range(30, 36))
    assert (document.label_map.labels == 255).sum() == 3 + 6
    assert canvas.options.radius == 0.5


def test_escape_drops_a_straight_line(canvas, document):
    canvas.setFocus()
    press(canvas, 10.5, 20.5, keys=SHIFT)
    move(canvas, 40.5, 20.5, LEFT, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, 40.5, 20.5, keys=SHIFT)
    assert (document.label_map.labels == 255).all()
    assert document.undo_name == ""


@ZOOMS
def test_the_line_to_come_is_seen(canvas, document, zoom):
    canvas.zoom_to(zoom)
    click(canvas, 10.5, 20.5)
    move(canvas, 40.5, 20.5, keys=SHIFT)
    middle = canvas.transform.to_view(type(canvas.tool._at)(25.5, 20.5))
    assert canvas.tool.preview_rect(canvas.transform).contains(middle)
    move(canvas, 40.5, 20.5)
    assert canvas.tool.preview_rect(canvas.transform).width() < 30


def test_brush_and_eraser_have_their_own_sizes(canvas):
    canvas.set_tool("eraser")
    assert canvas.options.radius == 15.0
    canvas.options.set_radius(40)
    canvas.set_tool("brush")
    assert canvas.options.radius == 0.5
    canvas.set_tool("eraser")
    assert canvas.options.radius == 40


@ZOOMS
def test_alt_and_the_right_button_drag_the_size_and_paint_nothing(canvas, document, zoom):
    canvas.zoom_to(zoom)
    canvas.options.set_radius(4)
    press(canvas, 30.0, 30.0, RIGHT, ALT)
    assert canvas.cursor().shape() == Qt.CursorShape.SizeHorCursor
    move(canvas, 36.0, 44.0, RIGHT, ALT)
    assert canvas.options.radius == 10.0
    assert canvas.tool._at == (30.0, 30.0), "the ring stays where the button went down"
    assert canvas.tool._size_label.text == "Radius 10 px, diameter 20 px"
    release(canvas, 36.0, 44.0, RIGHT, ALT)
    assert canvas.options.radius == 10.0
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    assert (document.label_map.labels == 255).all()


def test_escape_gives_the_size_back(canvas):
    canvas.setFocus()
    canvas.options.set_radius(4)
    press(canvas, 30.0, 30.0, RIGHT, ALT)
    move(canvas, 20.0, 30.0, RIGHT, ALT)
    assert canvas.options.radius == 0.5
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.options.radius == 4.0
    release(canvas, 20.0, 30.0, RIGHT, ALT)
    assert canvas.options.radius == 4.0


def test_the_wheel_with_alt_says_the_size_at_the_ring(canvas, document):
    move(canvas, 30.0, 30.0)
    assert not canvas.tool._size_label.shown
    plain = canvas.tool.preview_rect(canvas.transform)
    at, no_button = QPointF(200, 200), Qt.MouseButton.NoButton
    wheel = at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120), no_button, ALT, Qt.ScrollPhase.NoScrollPhase, False
    QApplication.sendEvent(canvas, QWheelEvent(*wheel))
    assert canvas.tool._size_label.text == "Radius 1 px, diameter 2 px"
    assert canvas.tool.preview_rect(canvas.transform).width() > plain.width() + 50


def test_another_tool_with_another_size_says_nothing(canvas):
    move(canvas, 30.0, 30.0)
    canvas.set_tool("eraser")
    assert not canvas.tool._size_label.shown


def test_alt_and_a_click_pick_the_class_with_the_brush_in_hand(canvas, document):
    document.label_map.labels[:30] = 0
    click(canvas, 10.5, 10.5, keys=ALT)
    assert document.active_class == 0
    assert canvas.tool_name == "brush"
    assert document.undo_name == ""


def test_shift_alone_shows_the_line_to_come(canvas, document):
    canvas.setFocus()
    click(canvas, 10.5, 20.5)
    move(canvas, 60.5, 20.5)
    ring = canvas.tool.preview_rect(canvas.transform)
    QTest.keyPress(canvas, Qt.Key.Key_Shift)
    assert canvas.tool.preview_rect(canvas.transform).width() > ring.width() + 40
    QTest.keyRelease(canvas, Qt.Key.Key_Shift)
    assert canvas.tool.preview_rect(canvas.transform) == ring
