from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.compare_controls import Source
from app.canvas.compared import Mode
from app.canvas.layers import View
from app.canvas.legend_content import legend_of
from segcore.labels.label_map import LabelMap
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


def fill(window, value):
    """Label the whole image as one edit, and let it be on the disk."""
    shape = window.document.label_map.shape
    full = LabelMap(np.full(shape, value, np.uint8), np.full(shape, 2, np.uint8))
    window.document.replace(full, f"All {value}")
    window.autosaver.flush()


def keep(qtbot, window, value):
    """Let the open image have a version with these labels."""
    fill(window, value)
    window.editing.history.versioning._keep(window.document.image_id, f"All {value}")
    qtbot.waitUntil(lambda: window.view.compare.choice.itemText(3).endswith(f"All {value}"))


def test_versions_are_offered_and_shown_and_follow_the_open_image(qtbot, opened):
    other, choice = opened.canvas.other, opened.view.compare.choice
    choose(opened, Source.VERSION)
    opened.actions_["compare_swipe"].trigger()
    qtbot.waitUntil(lambda: "no version" in other.note)
    keep(qtbot, opened, 1)
    qtbot.waitUntil(lambda: other.content is not None)
    assert other.content.title.endswith("All 1")
    keep(qtbot, opened, 2)
    assert choice.currentText().endswith("All 1"), "the version that is compared stays"
    assert choice.count() == 5
    fill(opened, 0)
    assert (other.content.label_map.labels == 1).all()
    choice.setCurrentIndex(3)
    qtbot.waitUntil(lambda: other.content is not None and other.content.title.endswith("All 2"))
    assert (other.content.label_map.labels == 2).all()
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    qtbot.waitUntil(lambda: other.content is None and "no version" in other.note)
    opened.navigation.show("a.png")
    wait_image(qtbot, opened, "a.png")
    qtbot.waitUntil(lambda: other.content is not None)
    assert other.content.title.endswith("All 0"), "the newest: kept when the image was left"


@pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)
def test_the_history_shows_a_version_beside_the_labels(qtbot, opened):
    keep(qtbot, opened, 1)
    keep(qtbot, opened, 2)
    opened.actions_["history"].trigger()
    dialog = opened.editing.history.dialog
    qtbot.waitUntil(lambda: dialog.versions.count() == 2)
    assert not dialog.compare.isEnabled()
    dialog.versions.setCurrentRow(1)
    dialog.compare.click()
    other = opened.canvas.other
    qtbot.waitUntil(lambda: other.content is not None)
    assert other.mode is Mode.SIDE
    assert (other.content.label_map.labels == 1).all()
    assert (opened.document.label_map.labels == 2).all()


def test_the_changes_are_those_to_the_version_that_is_compared(qtbot, opened):
    keep(qtbot, opened, 1)
    fill(opened, 2)
    opened.canvas.layers = {View.CHANGES}
    assert "no prediction" in opened.canvas._missing()
    choose(opened, Source.VERSION)
    opened.actions_["compare_side"].trigger()
    qtbot.waitUntil(lambda: opened.canvas.other.content is not None)
    assert opened.canvas._missing() == ""
    middle = opened.canvas.rect().center()
    seen = opened.canvas.grab().toImage().pixelColor(middle)
    red, green, blue = opened.document.classes.find(2).color
    assert abs(seen.red() - red) + abs(seen.green() - green) + abs(seen.blue() - blue) < 60, "the new label, 95 %"
    assert any("the other one" in item.text for item in legend_of(opened.canvas._layers, False))
    predict(opened)
    choose(opened, Source.PREDICTION)
    assert opened.canvas._layers.compared is None
    opened.actions_["compare_side"].trigger()
    assert opened.canvas._layers.compared is None


def test_a_version_of_another_size_is_not_shown(qtbot, opened):
    keep(qtbot, opened, 1)
    choose(opened, Source.VERSION)
    small = LabelMap(np.ones((8, 8), np.uint8), np.ones((8, 8), np.uint8))
    opened.document.project.versions.load = lambda *_: small
    opened.actions_["compare_side"].trigger()
    qtbot.waitUntil(lambda: "another size" in opened.canvas.other.note)
