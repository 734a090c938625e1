from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.jobs.following_dialog import FollowingDialog
from app.jobs.job_runner import JobRunner
from segcore.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Asking(FollowingDialog):
    def __init__(self):
        super().__init__()
        self.field = QLineEdit()
        self.asked = (self.field,)
        self.heard = []
        layout = QVBoxLayout(self)
        for widget in (self.field, self.bar, self.buttons):
            layout.addWidget(widget)

    def has_ended(self, stopped):
        self.heard.append(stopped)


@pytest.fixture
def jobs(qtbot):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def dialog(qtbot):
    found = Asking()
    qtbot.addWidget(found)
    found.open()
    return found


@pytest.fixture
def go_on():
    event = threading.Event()
    yield event
    event.set()


def steps(go_on):
    yield Progress(0, 0, "Prepare")
    yield Progress(1, 4, "One")
    while not go_on.wait(0.01):
        yield Progress(1, 4, "One")


def test_it_follows_a_job_and_asks_nothing_meanwhile(qtbot, dialog, jobs, go_on):
    dialog.follow(jobs.submit("io", lambda: steps(go_on)), last=False)
    assert dialog.busy
    assert not dialog.field.isEnabled()
    qtbot.waitUntil(lambda: dialog.bar.maximum() > 0 and dialog.bar.value() == dialog.bar.maximum() // 4)
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.isVisible()
    assert dialog.field.isEnabled()
    assert not dialog.bar.isVisible()
    assert dialog.heard == [False]


@pytest.mark.parametrize("ending", ["done", "failed"])
def test_it_closes_after_the_last_job_however_that_ends(qtbot, dialog, jobs, ending):
    dialog.follow(jobs.submit("io", lambda: None if ending == "done" else 1 / 0))
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert dialog.heard == [False]


def test_cancel_stops_the_job_and_then_closes_the_dialog(qtbot, dialog, jobs, go_on):
    job = jobs.submit("io", lambda: steps(go_on))
    dialog.follow(job, last=False)
    dialog.cancel_button.click()
    assert job.cancelling
    assert not dialog.cancel_button.isEnabled()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert dialog.heard == [True]
    dialog.cancel_button.click()
    assert not dialog.isVisible()
