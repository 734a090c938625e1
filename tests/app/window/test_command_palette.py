"""The palette finds actions, classes and images, with the keyboard alone."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from segcore.labels.label_map import State
from segcore.project.index import ImageRecord
from tests.app.window.open_window import wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def type_in(window, text):
    palette = window.keyboard.palette
    window.actions_["palette"].trigger()
    QTest.keyClicks(palette.field, text)
    return palette


def test_an_action_is_found_and_done(opened):
    palette = type_in(opened, "polyg")
    assert palette.rows.topLevelItem(0).text(0) == "Polygon"
    assert palette.rows.topLevelItem(0).text(1) == "P"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert opened.canvas.tool_name == "polygon"
    assert palette.isHidden()


def test_a_class_is_found_and_chosen(opened):
    palette = type_in(opened, "car")
    assert (palette.rows.topLevelItem(0).text(0), palette.rows.topLevelItem(0).text(2)) == ("car", "Class")
    QTest.keyClick(palette.field, Qt.Key.Key_Enter)
    assert opened.document.active_class == 2


def test_an_image_is_found_and_opened(qtbot, opened):
    palette = type_in(opened, "d d.png")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    wait_image(qtbot, opened, "süd/d.png")


def test_up_and_down_choose_and_esc_closes(opened):
    palette = type_in(opened, "zoom")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.rows.currentIndex().row() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert opened.canvas.tool_name == "brush"


def test_what_cannot_be_done_now_says_so(qtbot, window):
    palette = type_in(window, "predict this")
    assert palette.rows.topLevelItem(0).text(0) == "Predict this image"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert "cannot be used now" in palette.note.text()
    assert not palette.isHidden()


def test_no_keystroke_waits_for_a_hundred_thousand_images(qtbot, opened):
    records = [
        ImageRecord(f"day {n // 1000}/plate_{n:06d}.tif", None, None, State.NEW, None, None, None)
        for n in range(100_000)
    ]
    palette = opened.keyboard.palette
    palette._records = type("Many", (), {"all": lambda self: records, "name": lambda self, image_id: image_id})()
    palette._forget()
    palette.open()
    longest = 0.0
    for letter in "d7pl073":
        palette.field.setText(palette.field.text() + letter)
        start = time.perf_counter()
        palette.look()
        longest = max(longest, time.perf_counter() - start)
    qtbot.waitUntil(lambda: palette._search is None)
    assert palette.rows.topLevelItem(0).text(0) == "day 7/plate_007300.tif"
    assert longest < 0.25  # on a busy machine; benchmarks say 20 ms
    palette.close_()
