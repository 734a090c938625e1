from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.area import ERASED
from app.tools.superpixel import SuperpixelTool, outline_of
from segcore.editing.box import Box
from segcore.editing.brush import Covered, Point
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance

LEFT, RIGHT, PLAIN = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def canvas(qtbot):
    """Four colours in quarters of 20 x 20 pixels; pieces are as large as a quarter."""
    document, options = Document(), ToolOptions()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    canvas = Canvas(document, {"superpixel": SuperpixelTool(document, options)}, options)
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    image = np.zeros((40, 40, 3), np.uint8)
    image[:20, 20:], image[20:, :20], image[20:, 20:] = 90, 170, 250
    document.show(LoadedImage("a.png", image, LabelMap.blank(40, 40)))
    document.set_active_class(1)
    options.set_radius(10)
    canvas.fit()
    canvas.setFocus()
    yield canvas
    document.clear_image()


def at(canvas, x, y):
    return canvas.transform.to_view(Point(x, y)).toPoint()


def quarters(canvas) -> str:
    labels = canvas.document.label_map.labels
    parts = [labels[y : y + 20, x : x + 20] for y in (0, 20) for x in (0, 20)]
    shares = [float((part == 1).mean()) for part in parts]  # a pixel where four colours meet may go to either
    return "".join("1" if share > 0.99 else "." if share < 0.01 else "?" for share in shares)


def test_a_click_takes_the_piece_as_one_edit(canvas):
    QTest.mouseClick(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    assert quarters(canvas) == "1..."
    assert (canvas.document.label_map.provenance[:19, :19] == Provenance.PAINTED).all()
    canvas.document.undo()
    assert quarters(canvas) == "...."


def test_a_fast_drag_leaves_no_piece_out(canvas):
    ended = []
    canvas.document.stroke_ended.connect(ended.append)
    QTest.mousePress(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    QTest.mouseMove(canvas, at(canvas, 35, 5))
    QTest.mouseMove(canvas, at(canvas, 35, 35))
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(canvas, 35, 35))
    assert quarters(canvas) == "11.1"
    assert len(ended) == 1
    canvas.document.undo()
    assert quarters(canvas) == "...."


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, PLAIN), (LEFT, Qt.KeyboardModifier.ControlModifier)])
def test_right_or_ctrl_empties_it(canvas, button, modifiers):
    QTest.mouseClick(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    QTest.mouseClick(canvas, LEFT, PLAIN, at(canvas, 35, 35))
    QTest.mouseClick(canvas, button, modifiers, at(canvas, 8, 8))
    assert quarters(canvas) == "...1"


def test_escape_drops_the_stroke(canvas):
    QTest.mousePress(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    assert quarters(canvas) == "1..."
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    assert quarters(canvas) == "...."
    assert canvas.document.undo_name == ""


def test_the_piece_under_the_pointer_is_shown_and_goes_with_it(canvas):
    before = canvas.grab().toImage()
    QTest.mouseMove(canvas, at(canvas, 5, 5))
    there = at(canvas, 15, 15)
    assert canvas.grab().toImage().pixelColor(there) != before.pixelColor(there)
    QTest.mouseMove(canvas, at(canvas, 35, 35))
    assert canvas.grab().toImage().pixelColor(there) == before.pixelColor(there)


def test_another_size_shows_another_piece(canvas):
    QTest.mouseMove(canvas, at(canvas, 5, 5))
    tool = canvas.tool
    assert tool.preview_rect(canvas.transform).width() >= 20 * canvas.zoom
    canvas.options.set_radius(2)
    assert tool.preview_rect(canvas.transform).width() < 15 * canvas.zoom


def test_another_image_ends_the_stroke(canvas):
    QTest.mousePress(canvas, LEFT, PLAIN, at(canvas, 5, 5))
    canvas.document.show(LoadedImage("b.png", np.zeros((40, 40, 3), np.uint8), LabelMap.blank(40, 40)))
    QTest.mouseMove(canvas, at(canvas, 35, 35))
    QTest.mouseRelease(canvas, LEFT, PLAIN, at(canvas, 35, 35))
    assert quarters(canvas) == "...."


def test_the_outline_has_each_side_that_is_a_border():
    mask = np.array([[True, True], [True, False]])
    path = outline_of(Covered(Box(4, 4, 6, 6), mask))
    assert path.elementCount() == 2 * 8


def shown_color(tool) -> tuple[int, int, int]:
    """Colour of the piece under the pointer, as it is drawn."""
    color = QColor.fromRgba(tool._picture.color(1))
    return color.red(), color.green(), color.blue()


def test_the_piece_under_the_pointer_has_the_colour_of_what_is_painted_now(canvas):
    tool, classes = canvas.tool, canvas.document.classes
    QTest.mouseMove(canvas, at(canvas, 5, 5))
    assert shown_color(tool) == classes.find(1).color
    canvas.document.set_active_class(0)
    assert shown_color(tool) == classes.find(0).color
    QTest.mousePress(canvas, RIGHT, PLAIN, at(canvas, 5, 5))
    assert shown_color(tool) == ERASED.getRgb()[:3]
    QTest.mouseRelease(canvas, RIGHT, PLAIN, at(canvas, 5, 5))
    assert shown_color(tool) == classes.find(0).color


def test_the_size_of_the_pieces_is_dragged_like_that_of_a_pen(canvas):
    before, alt = canvas.options.radius, Qt.KeyboardModifier.AltModifier
    QTest.mouseMove(canvas, at(canvas, 5, 5))
    QTest.mousePress(canvas, RIGHT, alt, at(canvas, 5, 5))
    QTest.mouseMove(canvas, at(canvas, 15, 5))
    QTest.mouseRelease(canvas, RIGHT, alt, at(canvas, 15, 5))
    assert canvas.options.radius > before
    assert (canvas.document.label_map.labels == 255).all()
