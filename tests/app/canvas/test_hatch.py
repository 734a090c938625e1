from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from app.canvas.hatch import CLEAR, DARK, LIGHT, stripes
from app.canvas.layers import View
from app.canvas.tool import Pointer
from app.document.loaded_image import LoadedImage
from app.tools.pick import PickTool
from segcore.editing.brush import Point
from segcore.labels.label_map import LabelMap, Provenance
from tests.app.canvas.spy_canvas import centre_of, show


def lightness(canvas, box: QRect) -> np.ndarray:
    """Of the view pixels of a box of the image, 0-255."""
    canvas.tool.hover(None)
    picture = canvas.grab(canvas.transform.rect_to_view(box.toRectF()).toRect()).toImage()
    return np.array([[picture.pixelColor(x, y).lightness() for x in range(picture.width())] for y in range(picture.height())])  # fmt: skip  # noqa: E501


def test_stripes_by_hand():
    assert stripes(0, 0, 8, 1).tolist() == [[LIGHT, LIGHT, DARK, DARK, CLEAR, CLEAR, CLEAR, CLEAR]]
    assert stripes(-1, 2, 3, 2).tolist() == [[LIGHT, DARK, DARK], [DARK, DARK, CLEAR]]


def test_stripes_are_as_wide_on_a_finer_screen_by_hand():
    fine = [LIGHT] * 3 + [DARK] * 3 + [CLEAR] * 6
    assert stripes(0, 0, 12, 1, 1.5).tolist() == [fine]
    assert stripes(0, 1, 12, 1, 1.5).tolist() == [[*fine[1:], fine[0]]]
    assert stripes(0, 0, 16, 1, 2.0).tolist() == [[LIGHT] * 4 + [DARK] * 4 + [CLEAR] * 8]


def test_ignored_pixels_are_hatched_and_unlabelled_ones_are_not(canvas, document):
    show(document)
    document.label_map.provenance[:, 50:] = Provenance.PAINTED
    for view in (View.OVERLAY, View.OUTLINES):
        canvas.view = view
        for zoom in (1.0, 6.0):
            canvas.zoom_to(zoom)
            ignored, unlabelled = lightness(canvas, QRect(55, 45, 15, 15)), lightness(canvas, QRect(30, 45, 15, 15))
            assert ignored.min() < 60
            assert ignored.max() > 200
            assert set(unlabelled.ravel()) == {100}, (view, zoom)
    canvas.zoom_to(1.0)
    canvas.hidden_classes = frozenset({255})
    assert set(lightness(canvas, QRect(55, 45, 15, 15)).ravel()) == {100}
    canvas.hidden_classes = frozenset()
    canvas.view = View.IMAGE
    assert set(lightness(canvas, QRect(55, 45, 15, 15)).ravel()) == {100}


def test_every_tool_paints_ignore_once_it_is_the_class_and_the_right_button_still_erases(canvas, document):
    show(document)
    document.label_map.labels[:] = 1
    document.set_active_class(255)
    canvas.options.set_radius(3)
    for button, provenance in ((Qt.MouseButton.LeftButton, Provenance.PAINTED), (Qt.MouseButton.RightButton, 0)):
        for tool in ("brush", "fill", "wand"):
            canvas.set_tool(tool)
            QTest.mouseClick(canvas, button, pos=canvas.transform.to_view(centre_of(50, 50)).toPoint())
            assert document.label_map.labels[50, 50] == 255, tool
            assert document.label_map.provenance[50, 50] == provenance, tool
            document.undo()
            assert document.label_map.labels[50, 50] == 1


def test_the_eraser_erases_while_ignore_is_the_class(canvas, document):
    show(document)
    document.label_map.labels[:] = 1
    document.label_map.provenance[:] = Provenance.PAINTED
    document.set_active_class(255)
    canvas.set_tool("eraser")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert Provenance.UNTOUCHED in document.label_map.provenance


def test_ignore_is_picked_where_it_was_painted_only(canvas, document):
    show(document)
    document.label_map.provenance[:, 50:] = Provenance.PAINTED
    pick = next(tool for tool in canvas._tools.values() if isinstance(tool, PickTool))
    pick.press(Pointer(Point(20.5, 50.5)))
    assert document.active_class == 0
    pick.press(Pointer(Point(60.5, 50.5)))
    assert document.active_class == 255


def test_a_preview_of_ignore_is_hatched(canvas, document):
    show(document)
    document.set_active_class(255)
    canvas.set_tool("wand")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert document.patch is not None
    assert lightness(canvas, QRect(60, 60, 20, 20)).max() > 200
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())


def test_pixels_are_squares_from_100_percent_on_and_smooth_below(canvas, document):
    rng = np.random.default_rng(0)
    image = np.repeat(rng.choice(np.uint8([0, 255]), (900, 900, 1)), 3, axis=2)
    document.show(LoadedImage("a.png", image, LabelMap.blank(900, 900)))
    canvas.view = View.IMAGE
    canvas.zoom_to(1.5)
    assert set(lightness(canvas, QRect(430, 430, 30, 30)).ravel()) == {0, 255}
    canvas.zoom_to(0.75)
    assert len(set(lightness(canvas, QRect(430, 430, 30, 30)).ravel())) > 10


def test_the_grid_is_drawn_above_8_times(canvas, document):
    show(document)
    for zoom, seen in ((8.0, False), (8.5, True), (30.0, True)):
        canvas.zoom_to(zoom, canvas.rect().center().toPointF())
        canvas.tool.hover(None)
        picture = canvas.grab(QRect(QPoint(150, 100), QPoint(250, 200))).toImage()
        values = {picture.pixelColor(x, 50).lightness() for x in range(100)}
        assert (len(values) > 1) is seen, zoom
