"""A notice that comes or goes leaves the image where it is on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.view_transform import ViewTransform
from segcore.editing.brush import Point

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def place(window):
    """Where a pixel of the image is in the window."""
    canvas = window.canvas
    return QPointF(canvas.mapTo(window, QPoint())) + canvas.transform.to_view(Point(30.0, 20.0))


def point(window):
    QTest.mouseMove(window.canvas, QPoint(3, 3))
    QTest.mouseMove(window.canvas, window.canvas.rect().center())
    assert window.canvas._position is not None


def leave(window):
    QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.Leave))


@pytest.fixture
def tall(qtbot, opened):
    """A window in which the image is as high as the view: each row above would move it."""
    opened.resize(1280, 700)
    opened.show()
    says(qtbot, opened, True)  # once, so that all is laid out
    says(qtbot, opened, False)
    return opened


def says(qtbot, window, shown):
    height = window.canvas.height()
    window.banner.show_text("Something happened.") if shown else window.banner.hide()
    qtbot.waitUntil(lambda: (window.canvas.height() < height) if shown else (window.canvas.height() > height))
    qtbot.waitUntil(lambda: not window.canvas._still.isActive())


@pytest.mark.parametrize("zoomed", [False, True])
def test_the_image_stays_under_the_pointer(qtbot, tall, zoomed):
    if zoomed:
        tall.canvas.zoom_to(3.0)
    point(tall)
    before, zoom = place(tall), tall.canvas.zoom
    says(qtbot, tall, True)
    assert (place(tall), tall.canvas.zoom) == (before, zoom)
    says(qtbot, tall, False)
    assert (place(tall), tall.canvas.zoom) == (before, zoom)


def test_the_ring_stays_over_its_pixel_and_a_stroke_goes_on_there(qtbot, tall):
    canvas, left, plain = tall.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    canvas.set_tool("brush")
    canvas.options.set_radius(1.0)
    point(tall)
    pixel = canvas._pixel
    says(qtbot, tall, True)
    assert canvas._pixel == pixel
    at = canvas.rect().center()
    QTest.mousePress(canvas, left, plain, at)
    says(qtbot, tall, False)
    QTest.keyPress(canvas, Qt.Key.Key_Shift)  # a tool asks where the pointer is
    QTest.keyRelease(canvas, Qt.Key.Key_Shift)
    QTest.mouseRelease(canvas, left, plain, canvas._position.toPoint())
    rows = np.flatnonzero((tall.document.label_map.labels != 255).any(axis=1))
    assert np.ptp(rows) <= 2, "no line was drawn by the notice"


def test_a_fitted_image_is_fitted_again_while_the_pointer_is_elsewhere(qtbot, tall):
    canvas = tall.canvas
    leave(tall)
    before = place(tall)
    says(qtbot, tall, True)
    bottom = canvas.transform.to_view(Point(0.0, float(canvas.image_size.height())))
    assert canvas.transform.to_view(Point(0.0, 0.0)).y() >= 0
    assert bottom.y() <= canvas.height()
    says(qtbot, tall, False)
    assert place(tall) == before


def test_dismissing_it_with_the_pointer_brings_the_fitted_image_back(qtbot, tall):
    point(tall)
    before = place(tall)
    says(qtbot, tall, True)
    leave(tall)
    says(qtbot, tall, False)
    assert place(tall) == before


def test_the_whole_image_is_seen_again_once_the_pointer_has_gone(qtbot, tall):
    canvas = tall.canvas
    point(tall)
    says(qtbot, tall, True)
    fitted = ViewTransform.fitted(canvas.image_size, canvas.size())
    assert canvas.transform != fitted
    leave(tall)
    assert canvas.transform == fitted


def test_an_image_that_was_zoomed_stays_where_it_is_when_the_pointer_goes(qtbot, tall):
    tall.canvas.zoom_to(3.0)
    point(tall)
    says(qtbot, tall, True)
    before = place(tall)
    leave(tall)
    assert place(tall) == before
