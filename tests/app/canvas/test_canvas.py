from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.color_tables import INFERNO, VIRIDIS, class_table, heat_table
from app.canvas.layers import LAYERS, View
from app.document.document import Document, LoadedImage
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap
from tests.app.canvas.spy_canvas import BLUE, CLASSES, RED, centre_of, move, show


def predict(document: Document) -> ProbabilityMap:
    height, width = document.label_map.shape
    labels = np.zeros((height, width), np.uint8)
    labels[:, width // 2 :] = 1
    probabilities = np.stack([np.where(labels == c, 255, 0).astype(np.uint8) for c in (0, 1)])
    found = ProbabilityMap(probabilities, labels, np.zeros_like(labels), np.array([0, 1], np.uint8), "m")
    document.set_prediction(found, accept=False)
    return found


def color_at(canvas: Canvas, x: float, y: float) -> tuple[int, int, int]:
    """Colour on the screen of the image's pixel (x, y)."""
    canvas.tool.hover(None)
    where = canvas.transform.to_view(centre_of(x, y)).toPoint()
    color = QColor(canvas.grab().toImage().pixel(where))
    return color.red(), color.green(), color.blue()


# -- what is seen ----------------------------------------------------------------------------------------------------
def test_overlay_mixes_image_and_class_and_follows_opacity_and_hiding(canvas, document):
    show(document)
    document.label_map.labels[:] = 0
    canvas.set_opacity(View.OVERLAY, 1.0)
    assert color_at(canvas, 50, 50) == RED
    canvas.set_opacity(View.OVERLAY, 0.0)
    assert color_at(canvas, 50, 50) == (100, 100, 100)
    canvas.set_opacity(View.OVERLAY, 0.5)
    red, green, blue = color_at(canvas, 50, 50)
    assert abs(red - 178) <= 2
    assert abs(green - 50) <= 2
    assert green == blue
    canvas.hidden_classes = frozenset({0})
    assert color_at(canvas, 50, 50) == (100, 100, 100)


def test_a_draft_is_shown_in_place_of_the_labels_and_under_a_preview(canvas, document):
    show(document)
    document.label_map.labels[:] = 0
    canvas.set_opacity(View.OVERLAY, 1.0)
    canvas.show_draft(np.ones_like(document.label_map.labels), QRect())
    assert color_at(canvas, 50, 50) == BLUE
    canvas.preview_labels(np.zeros_like(document.label_map.labels))
    assert color_at(canvas, 50, 50) == RED
    canvas.preview_labels(None)
    assert color_at(canvas, 50, 50) == BLUE
    canvas.show_draft(None, QRect())
    assert color_at(canvas, 50, 50) == RED


def test_recolouring_shows_at_once(canvas, document):
    show(document)
    document.label_map.labels[:] = 0
    canvas.set_opacity(View.OVERLAY, 1.0)
    document.set_classes(CLASSES.changed(0, color=(1, 2, 3)))
    assert color_at(canvas, 50, 50) == (1, 2, 3)


def test_views_show_what_they_say(canvas, document):
    show(document)
    found = predict(document)
    document.label_map.labels[:] = found.labels
    document.label_map.labels[10:20, 10:20] = 1
    for layer in LAYERS:
        canvas.set_opacity(layer, 1.0)
    canvas.view = View.IMAGE
    assert color_at(canvas, 50, 50) == (100, 100, 100)
    canvas.view = View.HEATMAP
    canvas.heatmap_class = 1
    assert color_at(canvas, 20, 50) == (0x44, 0x01, 0x54)
    assert color_at(canvas, 80, 50) == (0xFD, 0xE7, 0x25)
    canvas.view = View.UNCERTAINTY
    assert color_at(canvas, 20, 50) == (0, 0, 4)
    canvas.view = View.CHANGES
    changed, same = color_at(canvas, 15, 15), color_at(canvas, 70, 70)
    assert changed[2] > 220
    assert changed[0] < 30
    assert same[0] == same[1] == same[2] < 60
    canvas.view = View.OUTLINES
    canvas.zoom_to(2.0)
    assert color_at(canvas, 30, 50) == (100, 100, 100)
    assert color_at(canvas, 49, 50) == RED
    assert color_at(canvas, 50, 50) == BLUE


def test_outlines_are_as_wide_at_every_zoom_and_not_along_the_image(canvas, document):
    show(document, 400, 400)
    document.label_map.labels[:] = 0
    document.label_map.labels[:, 200:] = 1
    canvas.view = View.OUTLINES
    for zoom in (0.5, 1.0, 8.0):
        canvas.zoom_to(zoom)
        canvas.tool.hover(None)
        picture = canvas.grab().toImage()
        row = [QColor(picture.pixel(x, 150)) for x in range(picture.width())]
        assert sum(c.red() > 200 and c.blue() < 50 for c in row) == 2
        assert sum(c.blue() > 200 and c.red() < 50 for c in row) == 2


def test_switching_views_copies_nothing(canvas, document):
    """What is painted into the arrays is on the screen in each view without telling the canvas of new arrays."""
    show(document)
    predict(document)
    canvas.set_opacity(View.OVERLAY, 1.0)
    for view in (View.IMAGE, View.HEATMAP, View.OVERLAY):
        canvas.view = view
        canvas.grab()
    document.label_map.labels[:] = 1
    assert color_at(canvas, 10, 10) == BLUE


def pixels(picture: QImage) -> np.ndarray:
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4).astype(int)


def test_partial_repaints_leave_no_seam(canvas, document):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (900, 1300, 3), np.uint8)
    document.show(
        LoadedImage("a.png", image, LabelMap(rng.integers(0, 2, (900, 1300), np.uint8), np.ones((900, 1300), np.uint8)))
    )
    for zoom in (0.37, 1.3, 6.0):
        canvas.zoom_to(zoom)
        canvas.tool.hover(None)
        for view in (View.OVERLAY, View.OUTLINES):
            canvas.view = view
            whole = canvas.grab().toImage()
            for rect in (QRect(37, 41, 50, 60), QRect(150, 99, 33, 7)):
                part = pixels(canvas.grab(rect).toImage())
                different = np.abs(part - pixels(whole.copy(rect)))
                assert different.max() <= 1, (zoom, view)  # 1 by rounding, where bilinear


def test_without_image_or_prediction_it_says_so(canvas, document):
    empty = canvas.grab().toImage()
    show(document)
    assert canvas.grab().toImage() != empty
    canvas.view = View.IMAGE
    plain = canvas.grab().toImage()
    canvas.view = View.HEATMAP
    assert canvas.grab().toImage() != plain


def test_colour_tables():
    table = class_table(CLASSES, 0.5, {1})
    assert QColor.fromRgba(table[0]).getRgb() == (255, 0, 0, 128)
    assert table[1] == table[255] == 0
    assert QColor.fromRgba(table[7]).alpha() == 128  # no class, yet seen
    for points in (VIRIDIS, INFERNO):
        heat = heat_table(points, 255)
        light = [QColor.fromRgba(c).lightnessF() + QColor.fromRgba(c).greenF() for c in heat]
        assert light[255] > light[128] > light[0]
    assert QColor.fromRgba(heat_table(VIRIDIS, 77)[0]).getRgb() == (0x44, 0x01, 0x54, 77)


# -- what is repainted -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("zoom", [None, 1.0])
def test_a_dab_repaints_only_its_surroundings(canvas, document, zoom):
    canvas.options.set_radius(10)  # before there is an image: no label says it
    show(document, 2000, 2000)
    if zoom is not None:
        canvas.zoom_to(zoom)
    move(canvas, QPoint(200, 150))
    QApplication.processEvents()
    canvas.painted.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QApplication.processEvents()
    assert canvas.painted
    area = canvas.painted[0]
    for rect in canvas.painted:
        area = area.united(rect)
    assert area.contains(QPoint(200, 150))
    assert max(area.width(), area.height()) < 2 * 10 * canvas.zoom + 40
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert document.undo_name == "Brush"


def test_labels_do_not_repaint_views_that_do_not_show_them(canvas, document):
    show(document)
    canvas.view = View.IMAGE
    QApplication.processEvents()
    canvas.painted.clear()
    document.labels_changed.emit(QRect(0, 0, 50, 50))
    QApplication.processEvents()
    assert canvas.painted == []


def test_without_an_image_nothing_can_be_painted(canvas, document):
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    canvas.zoom_in()
    canvas.fit()
    assert document.label_map is None


def test_maps_that_are_read_only_or_strided_are_shown(canvas, document):
    show(document)
    labels = np.zeros((100, 100), np.uint8)
    probabilities = np.full((100, 100, 2), 255, np.uint8).transpose(2, 0, 1)
    uncertainty = np.full((100, 100), 255, np.uint8)
    uncertainty.setflags(write=False)
    found = ProbabilityMap(probabilities, labels, uncertainty, np.array([0, 1], np.uint8), "m")
    document.set_prediction(found, accept=False)
    canvas.set_opacity(View.UNCERTAINTY, 1.0)
    canvas.set_opacity(View.HEATMAP, 1.0)
    canvas.view = View.UNCERTAINTY
    assert color_at(canvas, 50, 50) == (0xFC, 0xFF, 0xA4)
    canvas.view = View.HEATMAP
    assert color_at(canvas, 50, 50) == (0xFD, 0xE7, 0x25)


def test_a_label_that_was_taken_away_is_seen_among_the_changes(canvas, document):
    show(document)
    document.label_map.labels[:] = predict(document).labels
    canvas.view = View.CHANGES
    same = color_at(canvas, 50, 20)
    document.label_map.labels[10:30, 40:60] = 255
    erased = color_at(canvas, 50, 20)
    assert min(erased) > max(same) + 40
    document.label_map.labels[10:30, 40:60] = 1
    canvas.hidden_classes = frozenset({1})
    assert color_at(canvas, 45, 20) == erased
    assert color_at(canvas, 55, 20) == same


def test_a_box_is_shown_with_an_outline_until_another_image_is_shown(canvas, document):
    show(document)
    canvas.show_box(QRect(40, 40, 10, 10))
    box = canvas.transform.rect_to_view(QRect(40, 40, 10, 10).toRectF())
    assert abs(box.center().x() - canvas.width() / 2) <= 1
    assert canvas.zoom > 1
    picture = canvas.grab().toImage()
    edge = [QColor(picture.pixel(round(box.center().x()), round(box.top()) - n)).lightness() for n in range(8)]
    assert max(edge) > 180  # the image is 100
    assert canvas.outlined == QRect(40, 40, 10, 10)
    show(document)
    assert canvas.outlined is None
