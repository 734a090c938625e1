from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.compare_controls import Source
from app.canvas.compared import Mode
from segcore.labels.probability_map import ProbabilityMap
from tests.app.window.open_window import key, wait_image


def predict(window, value=1):
    labels = np.full(window.document.label_map.shape, value, np.uint8)
    planes = np.zeros((3, *labels.shape), np.uint8)
    found = ProbabilityMap(planes, labels, np.zeros_like(labels), np.arange(3, dtype=np.uint8), "m")
    window.document.set_prediction(found, accept=False)


def choose(window, source):
    window.view.compare.choice.setCurrentIndex(window.view.compare.choice.findData(source))


def test_keys_show_the_prediction_beside_or_over_the_labels_and_again_hide_it(opened):
    other = opened.canvas.other
    key(opened, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert other.mode is Mode.SIDE
    assert other.content is None
    assert "no prediction" in other.note
    predict(opened)
    assert (other.content.label_map.labels == 1).all()
    key(opened, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert other.mode is Mode.SWIPE
    assert not opened.actions_["compare_side"].isChecked()
    key(opened, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert other.mode is Mode.OFF
    assert other.content is None


def test_the_previous_image_is_read_and_follows_the_open_one(qtbot, opened):
    other = opened.canvas.other
    choose(opened, Source.PREVIOUS)
    opened.actions_["compare_side"].trigger()
    assert "first image" in other.note
    opened.document.set_active_class(2)
    opened.canvas.set_tool("fill")
    QTest.mouseClick(opened.canvas, Qt.MouseButton.LeftButton, pos=opened.canvas.rect().center())
    opened.navigation.step(1)
    wait_image(qtbot, opened, "b.png")
    qtbot.waitUntil(lambda: other.content is not None)
    assert "a.png" in other.content.title
    assert (other.content.label_map.labels == 2).all()
    opened.navigation.step(1)
    wait_image(qtbot, opened, "c.png")
    qtbot.waitUntil(lambda: other.content is not None and "b.png" in other.content.title)
    choose(opened, Source.PREDICTION)
    assert other.content is None


def test_nothing_is_read_while_nothing_is_compared(opened):
    choose(opened, Source.PREVIOUS)
    assert opened.canvas.other.content is None
    assert opened.canvas.other.note == ""
