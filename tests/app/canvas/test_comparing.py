from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.canvas.compare_frame import CompareFrame
from app.canvas.compared import Compared, Mode
from app.canvas.layers import View
from app.canvas.other_side import fitted_onto
from app.canvas.view_transform import ViewTransform
from segcore.labels.label_map import LabelMap
from tests.app.canvas.spy_canvas import BLUE, RED, show

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def frame(canvas, document, qtbot):
    frame = CompareFrame(canvas)
    qtbot.addWidget(frame)
    frame.resize(600, 300)
    frame.show()
    qtbot.waitExposed(frame)
    show(document)
    document.label_map.labels[:] = 0
    canvas.set_opacity(View.OVERLAY, 1.0)
    labels = np.ones((100, 100), np.uint8)
    canvas.other.set_content(Compared("Prediction", document.image, (), LabelMap(labels, np.zeros_like(labels))))
    return frame


def rgb(widget, x, y):
    color = QColor(widget.grab().toImage().pixel(x, y))
    return color.red(), color.green(), color.blue()


def test_swipe_shows_the_other_labels_right_of_the_divider(frame, canvas):
    canvas.tool.hover(None)
    left, right = (canvas.width() // 2 - 40, canvas.height() // 2), (canvas.width() // 2 + 40, canvas.height() // 2)
    assert rgb(canvas, *right) == RED
    assert not frame.divider.isVisible()
    canvas.other.set_mode(Mode.SWIPE)
    assert rgb(canvas, *left) == RED
    assert rgb(canvas, *right) == BLUE
    assert frame.divider.isVisible()
    assert not frame.pane.isVisible()


def test_the_divider_is_dragged_and_moved_by_keys_and_stays_inside(frame, canvas):
    canvas.other.set_mode(Mode.SWIPE)
    divider, button = frame.divider, Qt.MouseButton.LeftButton
    middle = divider.rect().center()
    QTest.mousePress(divider, button, pos=middle)
    QTest.mouseMove(divider, middle + QPoint(-80, 0))
    QTest.mouseRelease(divider, button, pos=middle)
    assert divider.geometry().center().x() < canvas.width() // 2 - 60
    assert rgb(canvas, canvas.width() // 2, canvas.height() // 2) == BLUE
    share = canvas.other.share
    QTest.keyClick(divider, Qt.Key.Key_Right)
    assert canvas.other.share == pytest.approx(share + 0.02)
    canvas.other.move_divider(7.0)
    assert canvas.other.share == 1.0
    assert canvas.rect().contains(divider.geometry().center())


def test_a_press_beside_the_divider_still_paints(frame, canvas, document):
    canvas.other.set_mode(Mode.SWIPE)
    document.set_active_class(1)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(canvas.width() // 2 + 40, canvas.height() // 2))
    assert (document.label_map.labels == 1).any()


def test_side_by_side_shows_the_same_place_and_both_move_together(frame, canvas, document):
    canvas.other.set_mode(Mode.SIDE)
    assert frame.pane.isVisible()
    assert abs(frame.pane.width() - canvas.width()) <= 1
    document.label_map.labels[:, :50] = 255
    centre = canvas.rect().center()
    assert rgb(frame.pane, centre.x(), centre.y()) == BLUE
    canvas.zoom_to(4.0)
    before = canvas.transform
    left, button = QPoint(20, 200), Qt.MouseButton.LeftButton
    QTest.mousePress(frame.pane, button, pos=left)
    QTest.mouseMove(frame.pane, left + QPoint(15, -5))
    QTest.mouseRelease(frame.pane, button, pos=left)
    assert (canvas.transform.left, canvas.transform.top) == (before.left + 15, before.top - 5)
    canvas.hidden_classes = frozenset({1})
    assert rgb(frame.pane, centre.x(), centre.y()) == (100, 100, 100)


def test_the_place_of_the_pointer_is_marked_on_the_other_side(frame, canvas):
    canvas.other.set_mode(Mode.SIDE)
    plain = frame.pane.grab().toImage()
    canvas.cursor_moved.emit(50, 50)
    assert frame.pane.grab().toImage() != plain
    canvas.cursor_left.emit()
    assert frame.pane.grab().toImage() == plain


def test_without_anything_to_compare_with_the_reason_is_shown(frame, canvas):
    canvas.other.set_mode(Mode.SWIPE)
    canvas.other.set_content(None)
    empty = canvas.grab().toImage()
    canvas.other.set_content(None, "There is no prediction of this image yet.")
    assert canvas.grab().toImage() != empty


def test_another_image_lies_where_the_first_one_lies():
    """By hand: 200 pixels at scale 3 are 600 wide; 100 pixels must have scale 6."""
    found = fitted_onto(ViewTransform(3.0, 10.0, 20.0), QSize(200, 100), QSize(100, 100))
    assert found == ViewTransform(6.0, 10.0, 20.0)
    assert found.rect_to_view(QRect(0, 0, 100, 100).toRectF()).topLeft() == QPointF(10, 20)
