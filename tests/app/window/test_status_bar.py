from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QMainWindow

from app.jobs.job_runner import JobRunner
from app.window.status_bar import WIDEST, StatusBar
from segcore.progress import Progress

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LONG = "“Paint over” (toolbar) excludes something with quite a long name"


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    window.setStatusBar(StatusBar())
    qtbot.addWidget(window)
    window.resize(1600, 300)
    window.show()
    return window


@pytest.fixture
def status(window):
    status = window.statusBar()
    status.device.setText("cpu")
    status.zoom.setText("100 %")
    status.show_saved(True)
    return status


@pytest.fixture
def job(qtbot):
    jobs = JobRunner()
    job = jobs.submit("crf", endless, "Predict all the images that have no labels yet")
    yield job
    job.cancel()
    qtbot.waitUntil(lambda: job.finished)
    jobs.shutdown()


def ends(status) -> int:
    """Return where the last fact ends."""
    return max(fact.geometry().right() for fact in status._facts if fact.isVisible())


def test_everything_is_shown_where_it_has_room(status):
    status.show_complete(True)
    status.show_pointer(3, 4, "crack, painted", "Model: crack 0.87")
    assert all(fact.isVisible() for fact in status._facts)
    status.show_complete(False)
    assert not status.complete.isVisible()


@pytest.mark.parametrize("width", [900, 1024, 1280])
def test_nothing_is_pushed_out_of_a_narrow_window(qtbot, window, status, job, width):
    status.watch(job)
    window.resize(width, 300)
    status.show_complete(True)
    status.show_pointer(12345, 12345, "a long class name, painted, confirmed", "Model: a long class name 0.87")
    status.say(LONG)
    qtbot.wait(50)
    assert ends(status) < width
    assert status.saved.isVisible()
    free = status._job.geometry().left()
    assert free > status.fontMetrics().horizontalAdvance(LONG)
    window.resize(2000, 300)
    qtbot.wait(50)
    assert all(fact.isVisible() for fact in status._facts)
    assert status._title.isVisible()


def test_a_long_label_is_elided(status):
    status.show_pointer(3, 4, "a" * 500, "b" * 500)
    for fact in (status.under, status.predicted):
        assert "…" in fact.text()
        assert fact.fontMetrics().horizontalAdvance(fact.text()) <= WIDEST


def endless():
    while True:
        time.sleep(0.002)
        yield Progress(1, 3)


def test_what_is_said_meanwhile_comes_back_after_each_short_message(status):
    status.say_meanwhile("Live is getting ready…")
    assert status.currentMessage() == "Live is getting ready…"
    status.say("Nothing changed.")
    assert status.currentMessage() == "Nothing changed."
    status.clearMessage()  # as its time does
    assert status.currentMessage() == "Live is getting ready…"
    status.say("Nothing changed.")
    status.say_meanwhile("")
    assert status.currentMessage() == "Nothing changed."
    status.clearMessage()
    assert status.currentMessage() == ""


def test_a_mention_takes_the_place_of_nothing_that_matters_more(status):
    status.mention("Live: 3 pixels changed")
    status.mention("Live: 4 pixels changed")
    assert status.currentMessage() == "Live: 4 pixels changed"
    status.say("“background” is hidden.")
    status.mention("Live: 5 pixels changed")
    assert status.currentMessage() == "“background” is hidden."
    status.clearMessage()
    status.mention("Live: 6 pixels changed")
    assert status.currentMessage() == "Live: 6 pixels changed"
