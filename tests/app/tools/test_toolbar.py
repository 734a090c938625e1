from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QToolButton

from app.canvas.pen_options import PEN, ToolOptions
from app.document.document import Document
from app.tools.fill import FillTool
from app.tools.superpixel import SuperpixelTool
from app.tools.toolbar import ToolBar
from app.tools.wand import WandTool
from segcore.labels.classes import ClassSet

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

NAMES = ("undo", "redo", "live", "zoom_out", "zoom_fit", "zoom_in", "previous", "next", "done_next")


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = {}
    for name in (*NAMES, "brush_smaller", "brush_larger", "go_canvas"):
        actions[name] = QAction(name[:6], window, objectName=name)
    actions["brush_smaller"].setShortcut("<")
    window.named = actions
    window.document = Document()
    window.document.set_classes(ClassSet.from_names(["road", "car"]))
    window.tools = ToolBar(window.document, ToolOptions(), actions)
    window.addToolBar(window.tools)
    window.setMinimumWidth(50)
    window.resize(1600, 200)
    window.show()
    return window


def shown(window):
    return [
        button.defaultAction().objectName()
        for button in window.tools.findChildren(QToolButton)
        if button.isVisible() and button.defaultAction() is not None
    ]


def in_menu(window):
    window.tools._more_menu.aboutToShow.emit()
    return [action.objectName() or action.text() for action in window.tools._more_menu.actions()]


def narrow_to(qtbot, window, width):
    window.resize(width, 200)
    qtbot.waitUntil(lambda: window.tools.width() == width)
    qtbot.wait(5)  # the bar is laid out anew


def test_a_wide_bar_has_no_menu(window):
    assert set(shown(window)) >= set(NAMES)
    assert not window.tools.more.isVisible()


def test_what_does_not_fit_is_in_the_menu_and_comes_back(qtbot, window):
    before = shown(window)
    for width in (700, 600, 500, 350, 250):
        narrow_to(qtbot, window, width)
        left_out = set(before) - set(shown(window))
        assert left_out
        assert left_out <= set(in_menu(window)) | {""}
        assert window.tools.more.isVisible()
        assert window.tools.more.geometry().right() <= width
        assert window.tools.sizeHint().width() <= width
    narrow_to(qtbot, window, 1600)
    assert shown(window) == before


def test_undo_stays_longest(qtbot, window):
    seen = []
    for width in range(900, 200, -25):
        narrow_to(qtbot, window, width)
        seen.append(set(shown(window)))
    assert all("undo" in names for names in seen if "redo" in names)
    assert all("undo" in names for names in seen)
    assert not {"redo", "zoom_in", "next"} & seen[-1]


def test_a_size_field_that_does_not_fit_is_two_actions_in_the_menu(qtbot, window):
    narrow_to(qtbot, window, 250)
    assert {"brush_smaller", "brush_larger"} <= set(in_menu(window))
    over = next(action for action in window.tools._more_menu.actions() if action.menu() is not None)
    assert over.isEnabled()
    assert [action.text() for action in over.menu().actions() if not action.isSeparator()][-2:] == ["road", "car"]


def test_a_button_is_disabled_with_its_action_also_after_it_was_left_out(qtbot, window):
    window.named["undo"].setEnabled(False)
    window.named["zoom_in"].setEnabled(False)
    narrow_to(qtbot, window, 300)
    narrow_to(qtbot, window, 1600)
    found = {button.defaultAction(): button for button in window.tools.findChildren(QToolButton)}
    assert not found[window.named["undo"]].isEnabled()
    assert not found[window.named["zoom_in"]].isEnabled()
    window.named["undo"].setEnabled(True)
    assert found[window.named["undo"]].isEnabled()


def test_the_tooltip_of_the_size_names_the_keys_that_are_in_force(window):
    assert "<" in window.tools._size.toolTip()
    assert "[" not in window.tools._size.toolTip()


def test_size_and_form_are_off_for_a_tool_without_a_size(qtbot, window):
    options = window.tools._options
    options.take("polygon", frozenset())
    assert not window.tools._size.isEnabled()
    assert not window.tools._slider.isEnabled()
    assert not any(action.isEnabled() for action in window.tools._shapes.actions())
    narrow_to(qtbot, window, 300)
    narrow_to(qtbot, window, 1600)
    assert not window.tools._size.isEnabled()
    options.take("brush", PEN)
    assert window.tools._size.isEnabled()
    assert all(action.isEnabled() for action in window.tools._shapes.actions())


def test_fill_has_its_own_options_in_place_of_size_and_form(qtbot, window):
    tools, options, places = window.tools, window.tools._options, window.tools._places
    assert not places["fill"].isVisible()
    options.take("fill", FillTool.uses)
    assert not tools.fill.by.isHidden()
    assert tools.fill.tolerance.isHidden()
    assert not places["size"].isVisible()
    tools.fill.by.setCurrentIndex(1)
    assert options.by_colour
    assert not tools.fill.tolerance.isHidden()
    tools.fill.tolerance.setValue(40)
    assert options.tolerance == 40
    options.take("wand", WandTool.uses)
    assert tools.fill.by.isHidden()
    assert not tools.fill.tolerance.isHidden()
    narrow_to(qtbot, window, 300)
    assert "size" not in tools.left_out, "a tool without a size misses none"
    narrow_to(qtbot, window, 1600)
    options.take("brush", PEN)
    assert not places["fill"].isVisible()
    assert places["size"].isVisible()


def test_superpixels_have_a_size_but_no_form(window):
    window.tools._options.take("superpixel", SuperpixelTool.uses)
    assert window.tools._size.isEnabled()
    assert not any(action.isEnabled() for action in window.tools._shapes.actions())
