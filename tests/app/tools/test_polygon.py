from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.tools.outline import Outline
from segcore.editing.brush import Point
from tests.app.canvas.mouse import CTRL, RIGHT, click, double, drag, press, release

ZOOMS = pytest.mark.parametrize("zoom", [1.5, 3.0, 7.3])
SQUARE = ((10, 10), (50, 10), (50, 40), (10, 40))


@pytest.fixture
def canvas(paper):
    paper.set_tool("polygon")
    paper.setFocus()
    return paper


def painted(canvas):
    return int((canvas.document.label_map.labels == 1).sum())


def draw(canvas, corners=SQUARE):
    for corner in corners:
        click(canvas, *corner)


def close(canvas, corners=SQUARE):
    draw(canvas, corners)
    click(canvas, *corners[0])


def enter(canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Return)


@ZOOMS
def test_a_click_near_the_first_corner_closes_it_and_enter_paints(canvas, zoom):
    canvas.zoom_to(zoom)
    draw(canvas)
    click(canvas, 10 + 7 / zoom, 10)
    assert canvas.tool.closed
    assert painted(canvas) == 0
    enter(canvas)
    assert painted(canvas) == 40 * 30
    assert canvas.document.undo_name == "Polygon"
    assert canvas.tool.corners == ()
    canvas.document.undo()
    assert painted(canvas) == 0


@ZOOMS
def test_a_corner_is_dragged_before_and_after_closing(canvas, zoom):
    canvas.zoom_to(zoom)
    draw(canvas)
    drag(canvas, (50, 40), (55, 45), (60, 40))
    click(canvas, 10, 10)
    drag(canvas, (50, 10), (55, 15), (60, 10))
    assert canvas.tool.corners == ((10, 10), (60, 10), (60, 40), (10, 40))
    enter(canvas)
    assert painted(canvas) == 50 * 30


@ZOOMS
def test_a_side_gives_a_new_corner_by_drag_or_click(canvas, zoom):
    canvas.zoom_to(zoom)
    close(canvas)
    drag(canvas, (50, 25), (55, 25), (60, 25))
    click(canvas, 10, 25)
    drag(canvas, (30, 40), (30, 45), (30, 50))
    assert canvas.tool.corners == ((10, 10), (50, 10), (60, 25), (50, 40), (30, 50), (10, 40), (10, 25))
    enter(canvas)
    # 40 x 30, a triangle of 30 x 10 at the right, one of 40 x 10 below: halves, up to the pixels along three sides
    assert abs(painted(canvas) - (1200 + 150 + 200)) <= 40


def test_the_right_button_removes_the_corner_under_it_and_elsewhere_the_last_step(canvas):
    canvas.zoom_to(3)
    close(canvas)
    click(canvas, 50, 40, RIGHT)
    assert canvas.tool.corners == ((10, 10), (50, 10), (10, 40))
    assert canvas.tool.closed
    click(canvas, 70, 55, RIGHT)
    assert canvas.tool.corners == SQUARE
    click(canvas, 70, 55, RIGHT)
    assert not canvas.tool.closed
    click(canvas, 70, 55, RIGHT)
    assert canvas.tool.corners == SQUARE[:3]


def test_a_triangle_without_a_corner_is_open_again(canvas):
    canvas.zoom_to(3)
    close(canvas, SQUARE[:3])
    click(canvas, 50, 40, RIGHT)
    assert canvas.tool.corners == SQUARE[:2]
    assert not canvas.tool.closed
    enter(canvas)
    assert painted(canvas) == 0


def test_each_change_is_a_step_that_undo_and_redo_know(canvas):
    canvas.zoom_to(3)
    close(canvas)
    drag(canvas, (50, 40), (55, 42), (60, 45))
    tool = canvas.tool
    assert tool.step_back_name() == "moving a corner"
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert tool.corners == SQUARE
    assert tool.step_back_name() == "closing the polygon"
    assert tool.step_forward_name() == "moving a corner"
    assert tool.step_back()
    assert not tool.closed
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert tool.corners == SQUARE[:3], "Backspace removes the last corner"
    for _ in range(3):
        assert tool.step_forward()
    assert tool.corners == (*SQUARE[:2], (60, 45), SQUARE[3])
    assert tool.closed


def test_escape_drops_the_closed_polygon(canvas):
    close(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool.corners == ()
    enter(canvas)
    assert painted(canvas) == 0
    assert canvas.document.undo_name == ""


def test_closed_with_ctrl_it_erases(canvas):
    canvas.document.label_map.labels[:] = 1
    draw(canvas)
    click(canvas, 10, 10, keys=CTRL)
    enter(canvas)
    assert painted(canvas) == 60 * 80 - 40 * 30


def test_two_double_clicks_paint_the_open_and_the_closed_one(canvas):
    draw(canvas, SQUARE[:3])
    click(canvas, 10, 40)
    double(canvas, 10, 40)
    release(canvas, 10, 40)
    assert painted(canvas) == 40 * 30
    canvas.document.undo()
    close(canvas)
    double(canvas, 30, 20)
    release(canvas, 30, 20)
    assert painted(canvas) == 40 * 30
    assert canvas.tool.corners == ()


def test_corners_may_lie_close_together(canvas):
    canvas.zoom_to(1.0)
    for x in (10, 14, 18, 22):
        click(canvas, x, 20)
    assert canvas.tool.corners == ((10, 20), (14, 20), (18, 20), (22, 20))


def test_a_press_beside_the_closed_polygon_says_what_to_do(canvas, qtbot):
    close(canvas)
    with qtbot.waitSignal(canvas.message) as said:
        press(canvas, 70, 55)
    assert "Enter" in said.args[0]
    assert len(canvas.tool.corners) == 4


def test_sides_and_corners_are_found_within_reach():
    outline = Outline()
    assert outline.corner_near(Point(0, 0), 5) is None
    assert outline.side_near(Point(0, 0), 5) is None
    for corner in ((0, 0), (10, 0), (10, 10)):
        outline.add(Point(*corner), "corner")
    assert outline.corner_near(Point(9, 9), 1.5) == 2
    assert outline.corner_near(Point(9, 9), 1.4) is None
    assert outline.side_near(Point(5, 1), 1.0) == 1
    assert outline.side_near(Point(5, 1), 0.9) is None
    assert outline.side_near(Point(4, 5), 1.0) is None
    outline.close("closing")
    assert outline.side_near(Point(4, 5), 1.0) == 3, "the side back to the first corner, 0.71 away"
