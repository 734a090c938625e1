from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.commands.level_choice import LevelChoice
from segcore.editing.thresholding import Channel, LevelRange

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def choice(qtbot):
    choice = LevelChoice()
    qtbot.addWidget(choice)
    choice.resize(500, 60)
    choice.show()
    counts = np.zeros(256, np.int64)
    counts[55:66] = counts[195:206] = 10
    choice.show_levels(counts, LevelRange(91, 255))
    return choice


def drag(choice, start, end):
    histogram, left, plain = choice.histogram, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    first, last = (QPoint(round((level + 0.5) * histogram.width() / 256), 20) for level in (start, end))
    QTest.mousePress(histogram, left, plain, first)
    QTest.mouseMove(histogram, last)
    QTest.mouseRelease(histogram, left, plain, last)


def test_a_range_that_was_found_is_shown_and_not_chosen(choice):
    assert (choice.low.value(), choice.high.value()) == (91, 255)
    assert choice.chosen is None


def test_a_drag_moves_the_nearer_end_which_does_not_pass_the_other(choice):
    drag(choice, 250, 20)
    assert choice.chosen == LevelRange(91, 91)
    drag(choice, 70, 60)
    assert choice.chosen == LevelRange(60, 91)
    assert (choice.low.value(), choice.high.value()) == (60, 91)


def test_an_end_that_is_typed_takes_the_other_along(choice):
    choice.high.setValue(40)
    assert choice.chosen == LevelRange(40, 40)
    choice.low.setValue(120)
    assert choice.chosen == LevelRange(120, 120)


def test_another_channel_has_another_range(choice):
    told = []
    choice.changed.connect(lambda: told.append(choice.of))
    choice.low.setValue(10)
    choice.channel.setCurrentIndex(1)
    assert choice.chosen is None
    assert told == [Channel.GREY, Channel.RED]


def test_levels_in_the_range_are_seen_in_another_colour(choice):
    def color(level):
        histogram = choice.histogram
        at = QPoint(round((level + 0.5) * histogram.width() / 256), histogram.height() - 3)
        return histogram.grab().toImage().pixelColor(at)

    assert color(60) != color(200)
    choice.low.setValue(0)
    assert color(60) == color(200)
