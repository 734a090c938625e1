from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.tools.tool_palette import ToolPalette
from app.tools.toolbox import TABLE


def test_a_small_window_shows_all_tools_and_what_may_be_painted_over(qtbot, opened):
    opened.resize(1024, 640)
    qtbot.waitUntil(lambda: not opened.actions_["undo"].icon().isNull() and opened.tools._over.isVisible())
    palette = opened.findChild(ToolPalette)
    shown = {button.defaultAction().objectName(): button for button in palette.findChildren(QToolButton)}
    assert set(shown) == {f"tool_{row.name}" for row in TABLE}
    assert all(palette.rect().contains(button.geometry()) for button in shown.values())
    beside = palette.parentWidget()  # it gets room for a second column in the next turn of the event loop
    qtbot.waitUntil(lambda: palette.geometry().right() < opened.canvas.mapTo(beside, QPoint()).x())
    QTest.mouseClick(shown["tool_fill"], Qt.MouseButton.LeftButton)
    assert opened.canvas.tool_name == "fill"


def test_the_keyboard_is_with_the_canvas_when_a_project_opens(qtbot, opened):
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    assert opened.canvas.hasFocus()
