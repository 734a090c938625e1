from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from app.tools.tool_palette import ToolPalette
from app.tools.toolbox import GROUPS, TABLE, ToolRow, grouped

HEIGHT_AT_1024_X_640 = 525
"""Pixels that menus, tool bar and status bar leave of a window of 640."""


@pytest.fixture
def holder(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    return holder


def palette_of(holder, *sizes):
    group = QActionGroup(holder)
    actions = [[QAction(f"{g}{n}", group, checkable=True) for n in range(size)] for g, size in enumerate(sizes)]
    palette = ToolPalette(actions, holder)
    palette.show()
    return palette, actions


def buttons(palette):
    return palette.findChildren(QToolButton)


@pytest.mark.parametrize(
    ("sizes", "height", "columns"),
    [
        ((4, 3, 1, 2), HEIGHT_AT_1024_X_640, 1),
        ((5, 9, 5, 3), HEIGHT_AT_1024_X_640, 2),
        ((5, 9, 5, 3), 900, 1),
        ((5, 9, 5, 3), 320, 3),
        # one column of 22: 2 x 5 around, 22 buttons 34 apart less the last 2, 3 gaps of 9
        ((5, 9, 5, 3), 10 + 22 * 34 - 2 + 27, 1),
        ((5, 9, 5, 3), 10 + 22 * 34 - 2 + 26, 2),
    ],
)
def test_there_are_as_few_columns_as_the_height_allows(holder, sizes, height, columns):
    palette, _ = palette_of(holder, *sizes)
    palette.resize(palette.width(), height)
    assert palette.columns == columns
    shown = [button.geometry() for button in buttons(palette)]
    assert len(shown) == sum(sizes)
    assert all(palette.rect().contains(place) for place in shown)
    assert not any(a.intersects(b) for a, b in combinations(shown, 2))


def test_a_group_begins_below_the_one_before(holder):
    palette, _ = palette_of(holder, 3, 3)
    palette.resize(palette.width(), 160)
    tops = [button.y() for button in buttons(palette)]
    assert palette.columns == 2
    assert min(tops[3:]) > max(tops[:3])


def test_a_click_chooses_the_tool(holder):
    palette, actions = palette_of(holder, 2, 2)
    palette.resize(palette.width(), HEIGHT_AT_1024_X_640)
    QTest.mouseClick(buttons(palette)[2], Qt.MouseButton.LeftButton)
    assert actions[1][0].isChecked()


def test_a_disabled_tool_has_a_disabled_button(holder):
    palette, actions = palette_of(holder, 2)
    actions[0][1].setEnabled(False)
    assert [button.isEnabled() for button in buttons(palette)] == [True, False]


def test_each_tool_is_in_one_group():
    assert all(row.group in GROUPS for row in TABLE)
    assert sorted(row.name for group in grouped() for row in group) == sorted(row.name for row in TABLE)


def test_groups_have_their_order_and_empty_ones_are_left_out():
    rows = [ToolRow(name, None, "", "", "", group=group) for name, group in (("a", "shapes"), ("b", "pens"))]
    assert [[row.name for row in group] for group in grouped(rows)] == [["b"], ["a"]]
