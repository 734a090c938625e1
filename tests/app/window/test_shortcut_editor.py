"""Shortcuts are changed by pressing keys, and hold at once everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from app.settings.settings import Settings
from app.window.actions import Actions
from app.window.key_field import KeyField
from app.window.shortcut_editor import ACTION, KEYS, ShortcutEditor
from app.window.shortcut_sheet import ShortcutSheet

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)


@pytest.fixture
def actions(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window, Settings())
    yield actions
    window.close()  # it owns the actions


@pytest.fixture
def editor(qtbot, actions):
    editor = ShortcutEditor(actions)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def row_of(editor, name):
    return next(item for item in editor._items() if item.data(ACTION, Qt.ItemDataRole.UserRole) == name)


def test_pressing_a_key_sets_it_at_once(editor, actions):
    button = QPushButton(toolTip="Predicts")
    actions.add_keys("predict", button)
    editor.choose("predict")
    QTest.keyClick(editor.field, Qt.Key.Key_F11)
    assert [key.toString() for key in actions["predict"].shortcuts()] == ["F11"]
    assert actions["predict"].toolTip() == "Predict this image  (F11)"
    assert button.toolTip() == "Predicts  (F11)"
    assert row_of(editor, "predict").text(KEYS) == "F11"
    assert editor.note.text() == "“Predict this image” has F11 now."
    assert actions._settings["shortcuts"] == {"predict": ["F11"]}


def test_a_conflict_is_said_at_once_and_can_be_settled(editor, actions):
    editor.choose("export")
    QTest.keyClick(editor.field, Qt.Key.Key_P, CTRL)
    assert "belongs to “Predict this image”" in editor.note.text()
    assert actions["predict"].shortcut().toString() == "Ctrl+P", "nothing is taken without being asked for"
    assert not editor.take.isHidden()
    editor.take.click()
    assert actions["export"].shortcut().toString() == "Ctrl+P"
    assert actions["predict"].shortcuts() == []
    assert row_of(editor, "predict").text(KEYS) == ""
    assert editor.take.isHidden()


def test_a_reserved_key_says_why(editor, actions):
    editor.choose("export")
    QTest.keyClick(editor.field, Qt.Key.Key_Space)
    assert "moves the image" in editor.note.text()
    assert editor.take.isHidden()
    assert actions["export"].shortcut().toString() == "Ctrl+E"


def test_a_key_beside_the_others_none_and_the_default(editor, actions):
    editor.choose("redo")
    editor.also.setChecked(True)
    QTest.keyClick(editor.field, Qt.Key.Key_F12)
    assert actions.keys["redo"] == ("Ctrl+Shift+Z", "Ctrl+Y", "F12")
    editor.none.click()
    assert actions.keys["redo"] == ()
    editor.reset.click()
    assert actions.keys["redo"] == ("Ctrl+Shift+Z", "Ctrl+Y")
    assert actions._settings["shortcuts"] == {}


def test_resetting_one_takes_its_keys_back_from_another(editor, actions):
    actions.set_keys("tool_fill", ["B"])
    assert actions.keys["tool_brush"] == ()
    editor.choose("tool_brush")
    editor.reset.click()
    assert (actions.keys["tool_brush"], actions.keys["tool_fill"]) == (("B",), ())
    editor.reset_all.click()
    assert (actions.keys["tool_brush"], actions.keys["tool_fill"]) == (("B",), ("F",))
    assert not editor.reset_all.isEnabled()


def test_typing_filters_by_name_and_by_keys(editor):
    editor.search.setText("magic wa")
    assert [item.text(ACTION) for item in editor._items() if not item.isHidden()] == ["Magic wand"]
    assert editor.title.text() == "Magic wand"
    editor.search.setText("ctrl+shift+p")
    assert [item.text(ACTION) for item in editor._items() if not item.isHidden()] == ["Predict all images"]
    editor.search.setText("no such thing")
    assert not editor.field.isEnabled()


def test_the_field_writes_keys_as_shortcuts_know_them(qtbot):
    field, heard = KeyField(), []
    qtbot.addWidget(field)
    field.show()
    field.pressed.connect(heard.append)
    QTest.keyClick(field, Qt.Key.Key_Shift, SHIFT)
    QTest.keyClick(field, Qt.Key.Key_Question, SHIFT)
    QTest.keyClick(field, Qt.Key.Key_N, SHIFT)
    QTest.keyClick(field, Qt.Key.Key_F5, SHIFT)
    QTest.keyClick(field, Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier)
    assert heard == ["?", "Shift+N", "Shift+F5", "5"]


def test_esc_and_tab_leave_the_field(editor, qtbot):
    editor.activateWindow()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
        editor.field.setFocus()
        QTest.keyClick(editor.field, key)
        assert editor.focusWidget() is not editor.field
    assert editor.isVisible()


def test_the_sheet_follows_and_filters(qtbot, actions):
    sheet = ShortcutSheet(actions)
    qtbot.addWidget(sheet)
    actions.set_keys("tool_brush", ["Q"])
    assert "Q" in sheet.page.toPlainText().split()
    sheet.search.setText("polygon")
    assert sheet.blocks() == [("Tools", [("P", "Polygon")]), ("Image and mouse", [("Enter", "Paint a polygon")])]
    sheet.search.setText("xyzzy")
    assert "No shortcut" in sheet.page.toPlainText()
