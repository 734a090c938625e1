"""Where notices stand in the real window: below the tool bar, one line high, the newest first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from app.tools.tool_palette import ToolPalette
from app.window.notice_stack import PART

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LONG = "/home/anna/data/2026/roads-of-the-north/northern-road-00123.png cannot be read: it is damaged. " * 3


def place(window, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


@pytest.fixture
def low(qtbot, opened):
    opened.resize(1024, 640)
    opened.importing.notice.tell("12 label maps imported.\na: b")
    opened.class_list.everywhere.notice.tell("“road” replaced by “car”: 3 images were changed.", "Replace")
    opened.banner.show_text(LONG, "Copy the image again from where it came.")
    qtbot.waitUntil(lambda: opened.centre.notices.height() > 20)
    return opened


def test_many_notices_take_one_line_and_cover_neither_tools_nor_image(qtbot, low):
    notices = low.centre.notices
    qtbot.waitUntil(lambda: place(low, notices).bottom() < place(low, low.canvas).top())
    assert notices.height() <= 52
    (palette,) = low.findChildren(ToolPalette)
    for widget in (low.tools, palette, low.canvas):
        assert not place(low, notices).intersects(place(low, widget))
    assert low.canvas.height() > 0.75 * (640 - low.tools.height() - low.menuBar().height() - low.status.height())


def test_the_newest_is_first_and_the_older_ones_come_on_request_and_when_it_is_dismissed(qtbot, low):
    notices = low.centre.notices
    assert notices.shown[0] is low.banner
    assert notices.older_button.text() == "2 older"
    before = notices.area.height()
    notices.older_button.click()
    assert before < notices.area.height() <= low.height() // PART
    low.banner.hide()
    assert notices.shown[0] is low.class_list.everywhere.notice
    low.importing.notice.tell("13 label maps imported.")
    assert len(notices.shown) == 2
    for notice in list(notices.shown):
        notice.hide()
    assert notices.isHidden()


def test_a_long_text_is_one_line_until_more_is_wanted(qtbot, low):
    label = low.banner.label
    qtbot.waitUntil(lambda: label.width() > 200)
    assert "…" in label.shown
    assert label.more_button.isVisible()
    before = low.centre.notices.height()
    label.more_button.click()
    assert label.more_button.text() == "Less"
    qtbot.waitUntil(lambda: before < low.centre.notices.height())
    assert low.centre.notices.area.height() <= low.height() // PART
    low.banner.show_text("Short.")
    assert label.folded
    assert not label.more_button.isVisible()


def test_what_is_said_again_comes_first_again(low):
    low.banner.show_text("First.")
    low.importing.notice.hide()
    low.importing.notice.tell("14 label maps imported.")
    assert low.centre.notices.shown[0] is low.importing.notice
    low.banner.show_text("Second.")
    assert low.centre.notices.shown[0] is low.banner


def test_a_state_of_the_window_that_had_notices_shows_none(qtbot, low):
    """Shown for a moment at a size that it never had, the row left a part of the window unpainted."""
    state = low.saveState()
    for notice in list(low.centre.notices.shown):
        notice.hide()
    shown = []
    low.centre.notices.visibilityChanged.connect(shown.append)
    assert low.restoreState(state)
    assert low.centre.notices.isHidden()
    assert True not in shown
