"""The window says that Live is getting ready, as long as it does."""

from __future__ import annotations

import pytest

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

TEXT = "Live is getting ready…"


def test_the_status_bar_and_the_tooltip_say_that_live_gets_ready(qtbot, opened):
    switch = opened.actions_["live"]
    plain = switch.toolTip()
    qtbot.waitUntil(lambda: TEXT in switch.toolTip())  # the fixture lets torch wait for ever
    opened.status.clearMessage()
    assert opened.status.currentMessage() == TEXT
    switch.trigger()
    assert not opened.live.on
    assert opened.status.currentMessage() == ""
    assert switch.toolTip() == plain
