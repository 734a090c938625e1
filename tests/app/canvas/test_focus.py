"""Who hears Space and clicks while the focus is elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.canvas import focus_click
from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.tools.toolbox import make_tools
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Window(QWidget):
    """A canvas beside a button and a text field."""

    def __init__(self):
        super().__init__()
        self.document = Document()
        self.document.set_classes(ClassSet.from_names(["road", "car"]))
        options = ToolOptions()
        self.canvas = Canvas(self.document, make_tools(self.document, options), options)
        self.button, self.field = QPushButton("Press"), QLineEdit()
        layout = QHBoxLayout(self)
        for widget in (self.canvas, self.button, self.field):
            layout.addWidget(widget)
        self.clicks = 0
        self.button.clicked.connect(self._count)

    def _count(self):
        self.clicks += 1

    @property
    def painted(self):
        return bool((self.document.label_map.labels != 255).any())

    def hover(self, over):
        middle = QPointF(self.canvas.rect().center())
        event = QEnterEvent(middle, middle, middle) if over else QEvent(QEvent.Type.Leave)
        QApplication.sendEvent(self.canvas, event)

    def click(self):
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=self.canvas.rect().center())


@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    window.resize(700, 300)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    window.document.show(LoadedImage("a.png", np.full((90, 90, 3), 90, np.uint8), LabelMap.blank(90, 90)))
    yield window
    window.document.clear_image()


def hand(window):
    return window.canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor


def test_space_over_the_canvas_pans_and_presses_no_button(window):
    window.button.setFocus()
    window.hover(True)
    QTest.keyPress(window.button, Qt.Key.Key_Space)
    assert hand(window)
    QTest.keyRelease(window.button, Qt.Key.Key_Space)
    assert not hand(window)
    assert window.clicks == 0


def test_space_presses_the_button_when_the_pointer_is_elsewhere(window):
    window.button.setFocus()
    window.hover(True)
    window.hover(False)
    QTest.keyClick(window.button, Qt.Key.Key_Space)
    assert window.clicks == 1
    assert not hand(window)


def test_the_focus_may_move_while_the_pointer_stays(window):
    window.hover(True)
    window.button.setFocus()
    QTest.keyPress(window.button, Qt.Key.Key_Space)
    assert hand(window)
    window.field.setFocus()  # its release would not be heard there
    assert not hand(window)


def test_space_writes_a_blank_into_a_text_field(window):
    window.field.setFocus()
    window.hover(True)
    QTest.keyClicks(window.field, "a b")
    assert window.field.text() == "a b"
    assert not hand(window)


def test_space_does_nothing_during_a_stroke(window):
    middle = window.canvas.rect().center()
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    assert not hand(window)
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert window.painted


def test_a_click_that_ends_the_editing_of_a_text_paints_nothing_and_says_so(window):
    said = []
    window.canvas.message.connect(said.append)
    window.field.setFocus()
    window.click()
    assert window.canvas.hasFocus()
    assert not window.painted
    assert said
    window.click()
    assert window.painted


def test_a_click_that_takes_the_focus_from_a_button_paints(window):
    window.button.setFocus()
    window.click()
    assert window.painted


def test_a_text_that_was_left_by_a_key_costs_no_click(window):
    window.field.setFocus()
    window.canvas.setFocus()
    window.click()
    assert window.painted


@pytest.mark.parametrize("order", ["activated first", "pressed first"])
def test_a_click_that_activates_the_window_paints_nothing(window, order, monkeypatch):
    monkeypatch.setattr(focus_click, "ACTIVATED_S", 5.0)
    window.canvas.setFocus()
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    if order == "activated first":
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    window.click()
    assert not window.painted
    window.click()
    assert window.painted


def test_a_window_that_was_activated_a_while_ago_paints_at_once(qtbot, window):
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    qtbot.wait(round(focus_click.ACTIVATED_S * 1000) + 30)
    window.click()
    assert window.painted
