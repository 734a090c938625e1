from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.tools.rectangle import box_between
from segcore.editing import Box, PaintPolicy
from segcore.editing.brush import Point
from tests.app.canvas.mouse import ALT, CTRL, LEFT, RIGHT, SHIFT, click, drag, move, press, release

ZOOMS = pytest.mark.parametrize("zoom", [0.5, 1.0, 7.3])
SHAPES = pytest.mark.parametrize("name", ["rectangle", "ellipse"])


@pytest.fixture
def document(paper):
    return paper.document


def box_of(document, value=1):
    """The box around the pixels of a class, and how many they are."""
    found = document.label_map.labels == value
    if not found.any():
        return None, 0
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1), int(found.sum())


@pytest.mark.parametrize(
    ("start", "end", "how", "box"),
    [
        ((3.2, 4.9), (6.1, 8.0), {}, Box(3, 4, 7, 9)),
        ((6.1, 8.0), (3.2, 4.9), {}, Box(3, 4, 7, 9)),
        ((3.2, 4.9), (3.9, 4.1), {}, Box(3, 4, 4, 5)),
        ((3.5, 4.5), (5.5, 0.5), {"square": True}, Box(3, 0, 8, 5)),
        ((3.5, 4.5), (5.5, 5.5), {"from_middle": True}, Box(1, 3, 6, 6)),
        ((3.5, 4.5), (1.5, 5.5), {"square": True, "from_middle": True}, Box(1, 2, 6, 7)),
    ],
)
def test_the_box_holds_the_pixels_under_both_ends(start, end, how, box):
    assert box_between(Point(*start), Point(*end), **how) == box


@ZOOMS
@SHAPES
def test_a_drag_paints_the_shape_as_one_edit(paper, document, name, zoom):
    paper.zoom_to(zoom)
    paper.set_tool(name)
    drag(paper, (10.5, 10.5), (50.5, 14.5), (29.5, 25.5))
    box, count = box_of(document)
    assert box == Box(10, 10, 30, 26)
    assert count == 20 * 16 if name == "rectangle" else abs(count - np.pi * 10 * 8) < 10
    assert document.undo_name == name.capitalize()
    document.undo()
    assert box_of(document) == (None, 0)
    assert document.undo_name == ""


@SHAPES
def test_shift_makes_it_as_wide_as_high_and_alt_draws_from_the_middle(paper, document, name):
    paper.set_tool(name)
    drag(paper, (20.5, 20.5), (30.5, 24.5), keys=SHIFT)
    assert box_of(document)[0] == Box(20, 20, 31, 31)
    document.undo()
    press(paper, 20.5, 20.5)
    move(paper, 30.5, 24.5, LEFT, ALT)
    release(paper, 30.5, 24.5, keys=ALT)
    assert box_of(document)[0] == Box(10, 16, 31, 25)


@pytest.mark.parametrize("how", [{"button": RIGHT}, {"keys": CTRL}])
@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso"])
def test_ctrl_and_the_right_button_erase(paper, document, name, how):
    document.label_map.labels[:] = 1
    document.label_map.provenance[:] = 2
    paper.set_tool(name)
    drag(paper, (10.5, 10.5), (30.5, 10.5), (30.5, 30.5), **how)
    assert document.label_map.labels[20, 28] == 255
    assert document.label_map.provenance[20, 28] == 0
    assert document.label_map.labels[50, 50] == 1


@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso"])
def test_a_click_and_a_dropped_drag_paint_nothing(paper, document, name):
    paper.setFocus()
    paper.set_tool(name)
    click(paper, 30.5, 30.5)
    press(paper, 10.5, 10.5)
    move(paper, 30.5, 30.5, LEFT)
    assert not paper.tool.preview_rect(paper.transform).isEmpty()
    QTest.keyClick(paper, Qt.Key.Key_Escape)
    assert paper.tool.preview_rect(paper.transform).isEmpty()
    move(paper, 40.5, 30.5, LEFT)
    release(paper, 40.5, 30.5)
    assert box_of(document) == (None, 0)
    assert document.undo_name == ""


def test_one_pixel_can_be_dragged_when_it_is_large(paper, document):
    paper.zoom_to(16)
    paper.set_tool("rectangle")
    drag(paper, (30.1, 30.1), (30.9, 30.9))
    assert box_of(document) == (Box(30, 30, 31, 31), 1)


@ZOOMS
def test_the_lasso_paints_what_the_line_goes_around(paper, document, zoom):
    paper.zoom_to(zoom)
    paper.set_tool("lasso")
    drag(paper, (10, 10), (40, 10), (40, 30), (10, 30))
    assert box_of(document) == (Box(10, 10, 40, 30), 30 * 20)
    assert document.undo_name == "Lasso"
    drag(paper, (20, 15), (30, 15), (30, 25), (20, 25), keys=CTRL)
    assert box_of(document) == (Box(10, 10, 40, 30), 30 * 20 - 10 * 10), "a hole"


def test_where_the_lasso_goes_around_twice_is_inside(paper, document):
    paper.set_tool("lasso")
    drag(paper, (10, 10), (40, 10), (40, 30), (10, 30), (10, 10), (40, 10), (40, 30))
    assert box_of(document)[1] == 30 * 20


@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso"])
def test_another_image_drops_what_is_being_drawn(paper, document, name):
    from app.document.document import LoadedImage
    from segcore.labels.label_map import LabelMap

    paper.set_tool(name)
    press(paper, 10.5, 10.5)
    move(paper, 30.5, 10.5, LEFT)
    document.show(LoadedImage("b.png", np.zeros((60, 80, 3), np.uint8), LabelMap.blank(60, 80)))
    move(paper, 30.5, 30.5, LEFT)
    release(paper, 30.5, 30.5)
    assert box_of(document) == (None, 0)


def test_a_large_area_is_painted_over_several_turns_and_is_the_same(paper, document, monkeypatch, qtbot):
    from app.tools import area

    document.label_map.labels[:, :30] = 0
    document.set_policy(PaintPolicy(locked=frozenset({0})))
    paper.set_tool("ellipse")
    drag(paper, (10.5, 10.5), (40.5, 14.5), (59.5, 45.5))
    at_once = document.label_map.labels.copy()
    document.undo()
    monkeypatch.setattr(area, "LARGE", 100)
    ended = []
    document.stroke_ended.connect(ended.append)
    drag(paper, (10.5, 10.5), (40.5, 14.5), (59.5, 45.5))
    qtbot.waitUntil(lambda: document.undo_name == "Ellipse")
    assert (document.label_map.labels == at_once).all()
    assert [(stroke.name, stroke.value, stroke.changed, stroke.protected) for stroke in ended] == [
        ("Ellipse", 1, True, 0)
    ], "Live and the status bar hear of it"
    assert (document.label_map.labels[:, :30] == 0).all()
    document.undo()
    assert box_of(document) == (None, 0)


def test_a_key_that_is_pressed_during_the_drag_counts_at_once(paper, document):
    paper.setFocus()
    paper.set_tool("rectangle")
    press(paper, 20.5, 20.5)
    move(paper, 30.5, 24.5, LEFT)
    wide = paper.tool.preview_rect(paper.transform)
    QTest.keyPress(paper, Qt.Key.Key_Shift)
    square = paper.tool.preview_rect(paper.transform)
    assert (square.width(), square.height()) == (wide.width(), wide.width())
    QTest.keyRelease(paper, Qt.Key.Key_Shift)
    assert paper.tool.preview_rect(paper.transform) == wide
    release(paper, 30.5, 24.5)
    assert box_of(document)[0] == Box(20, 20, 31, 25)
