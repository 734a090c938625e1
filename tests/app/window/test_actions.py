from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenuBar, QWidget

from app.appearance import turns
from app.appearance.theme import DARK
from app.settings.settings import Settings
from app.window.action_row import MENUS
from app.window.action_table import TABLE
from app.window.actions import Actions
from app.window.key_map import keys_of


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_ids_and_shortcuts_are_unique():
    assert all(n == 1 for n in Counter(row.id for row in TABLE).values())
    keys = Counter(QKeySequence(key).toString() for row in TABLE for key in keys_of(row, {}))
    assert [key for key, n in keys.items() if n > 1 or not key] == []


def test_the_promised_shortcuts_are_there():
    keys = {key: row.id for row in TABLE for key in keys_of(row, {})}
    for key, action in {
        "B": "tool_brush", "E": "tool_eraser", "F": "tool_fill", "I": "tool_pick", "H": "tool_pan",
        "W": "tool_smart", "G": "tool_edge",
        "[": "brush_smaller", "]": "brush_larger", "1": "class_1", "0": "class_10", "D": "next", "A": "previous",
        "Ctrl+Z": "undo", "Ctrl+Shift+Z": "redo", "Ctrl+Y": "redo", "Ctrl+S": "save", "Ctrl+O": "open_folder",
        "Ctrl+E": "export", "Ctrl+T": "train", "Ctrl+P": "predict", "Ctrl+Shift+P": "predict_all", "R": "refine",
        "Ctrl+0": "zoom_full", "Ctrl+F": "zoom_fit", "V": "view_cycle", "U": "view_uncertainty", "F1": "shortcuts",
    }.items():  # fmt: skip
        assert keys[key] == action


def test_the_window_is_not_told_of_each_action(window):
    """Event filters in Python look at what the window is told; each would wait for the lanes a hundred times."""
    told = []

    class Ears(QObject):
        def eventFilter(self, _watched, event):  # noqa: N802
            told.append(event.type())
            return False

    ears = Ears()
    actions = Actions(window, Settings())
    window.installEventFilter(ears)
    actions.enable(project=False, image=False, write=False)
    actions.enable(project=True, image=True)
    assert QEvent.Type.ActionChanged not in told


def test_shortcuts_work_without_a_menu(window, qtbot):
    actions, done = Actions(window, Settings()), []
    actions.enable(project=True, image=True)
    actions["tool_fill"].triggered.connect(lambda: done.append("fill"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F)
    assert done == ["fill"]


def test_tooltips_carry_the_shortcut_and_no_ampersand(window):
    actions = Actions(window, Settings())
    assert actions["tool_fill"].toolTip().startswith("Fill  (F)\n")
    assert actions["redo"].toolTip() == "Redo  (Ctrl+Shift+Z, Ctrl+Y)"
    assert actions["open_sample"].toolTip() == "Open the sample project: roads"
    assert actions["tool_smart"].toolTip().startswith("Smart stroke  (W)\nScribble")


def test_settings_override_shortcuts(window):
    settings = Settings()
    settings["shortcuts"] = {"tool_brush": "Q", "redo": ["Ctrl+R", "F9"], "next": ""}
    actions = Actions(window, settings)
    assert [k.toString() for k in actions["tool_brush"].shortcuts()] == ["Q"]
    assert [k.toString() for k in actions["redo"].shortcuts()] == ["Ctrl+R", "F9"]
    assert actions["next"].shortcuts() == []
    assert "Q" in actions["tool_brush"].toolTip()


def test_every_action_with_a_menu_is_in_it(window):
    actions = Actions(window, Settings())
    bar = QMenuBar(window)
    actions.fill(bar, {})
    menus = [entry.menu() for entry in bar.actions()]
    assert len(menus) == len(MENUS)
    listed = {action.objectName() for menu in menus for action in menu.actions() if action.objectName()}
    assert listed == {row.id for row in TABLE if row.menu}


def test_only_one_tool_at_a_time(window):
    actions = Actions(window, Settings())
    actions["tool_fill"].trigger()
    actions["tool_brush"].trigger()
    assert [a.objectName() for a in actions.group("tool").actions() if a.isChecked()] == ["tool_brush"]


def test_what_needs_an_image_is_off_without_one(window):
    actions = Actions(window, Settings())
    actions.enable(project=True, image=False)
    assert actions["export"].isEnabled()
    assert not actions["predict"].isEnabled()
    assert actions["open_folder"].isEnabled()


def test_every_icon_exists(window, monkeypatch):
    monkeypatch.setattr(turns, "STEP_SECONDS", 0.0)
    actions = Actions(window, Settings())
    steps = [1 for _ in actions.draw_icons(DARK)]  # an unknown name raises
    assert not actions["tool_brush"].icon().isNull()
    icons = sum(bool(row.icon) for row in TABLE)
    assert len(steps) == icons, "all at once hold the window up"
