"""The keyboard reaches every part of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.window.panels import TABLE

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)


def test_each_panel_has_a_key(qtbot, opened):
    opened.activateWindow()
    opened.tabs.parentWidget().close()
    for number, row in enumerate(TABLE, 1):
        assert opened.actions_.keys[f"go_{row.name}"] == (f"Alt+{number}",)
        opened.actions_[f"go_{row.name}"].trigger()
        panel = next(panel for kind, panel in opened.keyboard.panels if kind is row)
        focus = opened.focusWidget()
        assert panel.isVisible()
        assert panel.isAncestorOf(focus) or focus is opened.tabs.tabBar()
    opened.actions_["go_canvas"].trigger()
    assert opened.focusWidget() is opened.canvas


def test_f6_goes_round_the_parts(qtbot, opened):
    opened.activateWindow()
    opened.actions_["go_canvas"].trigger()
    seen = []
    for _ in range(4):
        opened.actions_["go_on"].trigger()
        focus = opened.focusWidget()
        seen.append(next((row.name for row, panel in opened.keyboard.panels if panel.isAncestorOf(focus)), "canvas"))
    assert seen == ["images", "classes", "view", "canvas"]
    opened.actions_["go_back"].trigger()
    assert opened.view.isAncestorOf(opened.focusWidget())


def test_escape_goes_back_to_the_image(qtbot, opened):
    opened.activateWindow()
    for field in (opened.images.search, opened.images.list, opened.classes.tree):
        field.setFocus()
        assert opened.focusWidget() is field
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert opened.focusWidget() is opened.canvas
    opened.images.search.setFocus()
    QTest.keyClicks(opened.images.search, "a.")
    QTest.keyClick(opened.images.search, Qt.Key.Key_Escape)
    assert opened.images.search.text() == "a.", "the search holds on"


def test_the_sheet_and_the_editor_leave_the_window_usable(opened):
    opened.actions_["shortcuts"].trigger()
    sheet = opened.keyboard._dialogs["sheet"]
    assert sheet.isVisible()
    assert not sheet.isModal()
    text = sheet.page.toPlainText()
    assert "Ctrl+Shift+P" in text
    assert "Predict all images" in text
    sheet.edit_wanted.emit()
    assert opened.keyboard._dialogs["editor"].isVisible()


def test_the_list_of_classes_shows_the_keys_of_now(opened):
    opened.actions_.set_keys("class_2", ["Ctrl+Alt+R"])
    tree = opened.classes.tree
    assert [tree.topLevelItem(row).text(1) for row in range(3)] == ["1", "Ctrl+Alt+R", "3"]
