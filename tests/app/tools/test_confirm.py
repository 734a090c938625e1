from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.confirm import ConfirmTool
from segcore.editing.brush import Point
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State

LEFT, RIGHT, PLAIN = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def canvas(qtbot):
    """Three columns of 10 pixels: class 0, class 1, nothing; predicted."""
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    labels = np.repeat(np.repeat(np.array([[0, 1, 255]], np.uint8), 10, axis=1), 20, axis=0)
    provenance = np.where(labels == 255, 0, Provenance.PREDICTED).astype(np.uint8)
    options = ToolOptions()
    canvas = Canvas(document, {"confirm": ConfirmTool(document, options)}, options)
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    document.show(LoadedImage("a.png", np.full((20, 30, 3), 200, np.uint8), LabelMap(labels, provenance)))
    canvas.show()
    canvas.fit()
    canvas.setFocus()
    yield canvas
    document.clear_image()


def at(canvas, x, y=10.5):
    return canvas.transform.to_view(Point(x, y)).toPoint()


def click(canvas, x, button=LEFT, modifiers=PLAIN):
    QTest.mouseClick(canvas, button, modifiers, at(canvas, x))


def columns(canvas) -> str:
    return "".join(str(int(value)) for value in canvas.document.label_map.provenance[5, ::10])


def test_a_click_confirms_the_piece_and_undo_takes_it_back(canvas):
    said = []
    canvas.message.connect(said.append)
    click(canvas, 15.5)
    assert columns(canvas) == "130"
    assert said[-1] == "Checked: 200 pixels"
    assert canvas.document.label_map.state() is State.IN_PROGRESS
    canvas.document.undo()
    assert columns(canvas) == "110"


def test_a_drag_confirms_the_pieces_on_its_way_as_one_edit(canvas):
    QTest.mousePress(canvas, LEFT, PLAIN, at(canvas, 3))
    for x in (6, 12, 18, 25):
        QTest.mouseMove(canvas, at(canvas, x))
    assert columns(canvas) == "110"
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(canvas, 25))
    assert columns(canvas) == "330"
    canvas.document.undo()
    assert columns(canvas) == "110"
    assert canvas.document.undo_name == ""


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, PLAIN), (LEFT, Qt.KeyboardModifier.ControlModifier)])
def test_right_or_ctrl_takes_it_back(canvas, button, modifiers):
    click(canvas, 3)
    click(canvas, 15)
    click(canvas, 3, button, modifiers)
    assert columns(canvas) == "130"


def test_escape_drops_what_was_chosen(canvas):
    QTest.mousePress(canvas, LEFT, PLAIN, at(canvas, 3))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(canvas, 3))
    assert columns(canvas) == "110"


def test_where_there_is_nothing_to_confirm_it_says_so(canvas):
    said = []
    canvas.message.connect(said.append)
    click(canvas, 25)
    assert said[-1] == "There is no label here to confirm."
    click(canvas, 3)
    click(canvas, 3)
    assert said[-1] == "This is painted or confirmed already."
    click(canvas, 15, RIGHT)
    assert said[-1] == "Nothing here is confirmed."
    assert canvas.document.undo_name == "Confirm"


def test_what_is_not_checked_is_dimmed(canvas):
    before = canvas.grab().toImage()
    click(canvas, 15)
    QTest.mouseMove(canvas, at(canvas, 25))
    after = canvas.grab().toImage()
    here, there = at(canvas, 12, 3), at(canvas, 3, 3)
    assert after.pixelColor(here).lightness() > before.pixelColor(here).lightness() + 30
    assert after.pixelColor(there).lightness() == before.pixelColor(there).lightness()


def test_the_piece_under_the_pointer_is_lit(canvas):
    QTest.mouseMove(canvas, at(canvas, 25))
    before = canvas.grab().toImage().pixelColor(at(canvas, 3, 3)).lightness()
    QTest.mouseMove(canvas, at(canvas, 5))
    assert canvas.grab().toImage().pixelColor(at(canvas, 3, 3)).lightness() > before
