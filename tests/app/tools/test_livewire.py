from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.livewire import LivewireTool
from segcore.editing.brush import Point
from segcore.images.pyramid import pyramid
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

LEFT, RIGHT, PLAIN = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
NORTH, EAST, SOUTH, WEST = (40.5, 15.5), (64.5, 40.5), (40.5, 64.5), (15.5, 40.5)


@pytest.fixture
def canvas(qtbot):
    """A disc of radius 25 about the middle of 80 x 80 pixels."""
    document, options = Document(), ToolOptions()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    canvas = Canvas(document, {"livewire": LivewireTool(document, options)}, options)
    qtbot.addWidget(canvas)
    canvas.resize(320, 320)
    canvas.show()
    image = np.where(inside(25)[..., None], 210, 40).astype(np.uint8).repeat(3, axis=2)
    document.show(LoadedImage("a.png", image, LabelMap.blank(80, 80), levels=pyramid(image)))
    document.set_active_class(1)
    canvas.fit()
    canvas.setFocus()
    yield canvas
    document.clear_image()


def inside(radius: float) -> np.ndarray:
    y, x = np.mgrid[:80, :80]
    return np.hypot(x - 39.5, y - 39.5) <= radius


def click(canvas, point, button=LEFT, modifiers=PLAIN):
    at = canvas.transform.to_view(Point(*point)).toPoint()
    QTest.mouseMove(canvas, at)
    QTest.mouseClick(canvas, button, modifiers, at)


def follows_the_disc(canvas) -> bool:
    painted = canvas.document.label_map.labels == 1
    return bool(painted[inside(22)].all() and not painted[~inside(28)].any())


@pytest.mark.parametrize("zoom", [4.0, 1.0, 0.5])
def test_four_clicks_outline_a_disc_as_one_edit(canvas, zoom):
    canvas.zoom_to(zoom)
    for point in (NORTH, EAST, SOUTH, WEST):
        click(canvas, point)
    assert not (canvas.document.label_map.labels == 1).any()
    click(canvas, NORTH)
    assert follows_the_disc(canvas)
    canvas.document.undo()
    assert canvas.document.undo_name == ""
    assert (canvas.document.label_map.labels == 255).all()


def test_enter_closes_it_too(canvas):
    for point in (NORTH, EAST, SOUTH, WEST):
        click(canvas, point)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert follows_the_disc(canvas)


def test_a_double_click_sets_the_last_point_and_paints(canvas):
    for point in (NORTH, EAST, SOUTH):
        click(canvas, point)
    click(canvas, WEST)
    QTest.mouseDClick(canvas, LEFT, PLAIN, canvas.transform.to_view(Point(*WEST)).toPoint())
    assert follows_the_disc(canvas)


def test_with_ctrl_on_the_first_point_it_erases(canvas):
    canvas.document.label_map.labels[:] = 0
    for point in (NORTH, EAST, SOUTH, WEST):
        click(canvas, point)
    click(canvas, NORTH, modifiers=CTRL)
    labels = canvas.document.label_map.labels
    assert (labels[inside(22)] == 255).all()
    assert (labels[~inside(28)] == 0).all()


def test_backspace_undo_and_the_right_button_take_a_click_back(canvas):
    for point in (NORTH, EAST, (5, 5)):
        click(canvas, point)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    click(canvas, (70, 70))
    click(canvas, (70, 70), RIGHT)
    click(canvas, (70, 5))
    assert canvas.tool.step_back_name() == "point"
    assert canvas.tool.step_back()
    for point in (SOUTH, WEST, NORTH):
        click(canvas, point)
    assert follows_the_disc(canvas)


def test_escape_drops_it(canvas):
    for point in (NORTH, EAST, SOUTH):
        click(canvas, point)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.document.undo_name == ""
    assert not canvas.tool.cancel()


def test_the_line_to_the_pointer_follows_the_edge(canvas):
    click(canvas, NORTH)
    QTest.mouseMove(canvas, canvas.transform.to_view(Point(*EAST)).toPoint())
    off = [abs(np.hypot(p.x - 40, p.y - 40) - 25) for p in canvas.tool._live]
    assert max(off) <= 2.5
    assert len(off) > 20


def test_one_click_paints_nothing(canvas):
    click(canvas, NORTH)
    assert not canvas.tool.finish()
    assert canvas.document.undo_name == ""
