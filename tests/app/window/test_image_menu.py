"""A right click on an image in the list opens or pins it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.app.window.open_window import wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support", extend=True)


def actions(qtbot, window, row):
    """Click with the right button, as the system does, and return the actions of the menu by their texts."""
    images = window.images.list
    where = images.visualRect(window.images.model.index(row)).center()
    QTest.mouseClick(images.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, where)
    images.customContextMenuRequested.emit(where)  # the offscreen system sends no event for a context menu
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.addWidget(menu)
    return menu, {action.text(): action for action in menu.actions()}


def test_an_image_is_pinned_without_being_opened(qtbot, opened):
    watched = opened.training.keep.watched
    menu, found = actions(qtbot, opened, 2)
    pin = found["Pin among the watched images"]
    assert not pin.isChecked()
    pin.trigger()
    menu.close()
    assert watched.pinned == ["c.png"]
    assert opened.document.image_id == "a.png"
    assert opened.images.list.currentIndex().row() == 0
    menu, found = actions(qtbot, opened, 2)
    assert found["Pin among the watched images"].isChecked()
    found["Pin among the watched images"].trigger()
    menu.close()
    assert watched.pinned == []


def test_a_fourth_image_cannot_be_pinned(qtbot, opened):
    for name in ("a.png", "b.png", "c.png"):
        opened.training.keep.watched.pin(name, True)
    for row, enabled in ((2, True), (3, False)):
        menu, found = actions(qtbot, opened, row)
        assert found["Pin among the watched images"].isEnabled() == enabled
        menu.close()


def test_open_shows_it(qtbot, opened):
    menu, found = actions(qtbot, opened, 1)
    found["Open"].trigger()
    menu.close()
    wait_image(qtbot, opened, "b.png")
