"""The job bar and the time left, with jobs that do what the test says."""

import pytest
from PySide6.QtWidgets import QWidget

from app.jobs import job as job_module
from app.jobs.job import Job
from app.jobs.job_bar import JobBar, duration
from segcore.progress import Progress


class Scripted(Job):
    """Moves and ends when it is told to."""

    def move(self, done, total, message="", **detail):
        self._advance(Progress(done, total, message, detail))

    def end(self):
        self.finished = True
        self.ended.emit()


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(job_module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def bar(qtbot):
    around = QWidget()
    qtbot.addWidget(around)
    found = JobBar("Nothing is lost", around)
    found.resize(400, 60)
    yield found
    around.close()


def test_it_is_seen_while_a_job_runs_and_says_how_far_it_is(bar, clock):
    job = Scripted("Predict images")
    job._begin()
    bar.watch(job)
    assert not bar.isHidden()
    assert (bar.label.text(), bar.bar.maximum()) == ("Predict images", 0)
    clock[0] += 10
    job.move(1, 4, "a.png")
    assert (bar.label.text(), bar.left.text(), bar.bar.value()) == ("a.png", "30 s left", 250)
    job.move(2, 4, "b.png", seconds_left=125.0)
    assert bar.left.text() == "2:05 left", "what the job itself says goes first"
    job.end()
    assert bar.isHidden()
    assert not bar.busy


def test_preparations_do_not_count_in_the_time_left(clock):
    job = Scripted("x")
    assert job.seconds_left is None
    job._begin()
    clock[0] += 60
    job.move(0, 0, "Loading torch")
    clock[0] += 10
    job.move(1, 2)
    assert job.seconds_left == 10.0


def test_no_time_is_told_while_it_would_be_a_guess(clock):
    job = Scripted("x")
    job._begin()
    clock[0] += 0.5
    job.move(1, 2)
    assert job.seconds_left is None
    clock[0] += 50
    job.move(1, 1000)
    assert job.seconds_left is None


def test_cancel_asks_the_job_once_and_waits_for_its_end(bar):
    job = Scripted("x")
    bar.watch(job)
    assert bar.button.toolTip() == "Nothing is lost"
    bar.button.click()
    assert job.cancelling
    assert not bar.button.isEnabled()
    assert bar.label.text() == "Stopping …"
    job.move(1, 2, "one more step")
    assert bar.label.text() == "Stopping …"
    job.end()
    assert bar.isHidden()


def test_a_later_job_takes_its_place_and_the_earlier_ones_end_changes_nothing(bar):
    first, second = Scripted("first"), Scripted("second")
    bar.watch(first)
    bar.watch(second)
    first.move(1, 2, "first moves")
    first.end()
    assert bar.label.text() == "second"
    assert not bar.isHidden()
    finished = Scripted("third")
    finished.finished = True
    bar.watch(finished)
    assert bar.label.text() == "second"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0 s"), (45, "45 s"), (65, "1:05"), (3725, "1:02:05")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_a_message_too_long_for_the_line_is_elided_and_seen_as_a_tip(bar):
    job = Scripted("Fine-tune")
    bar.resize(200, 60)
    bar.show()
    bar.watch(job)
    job.move(0, 0, "Measuring the model before training, on the images that are held out")
    bar.layout().activate()
    assert "…" in bar.label.shown
    assert bar.label.fontMetrics().horizontalAdvance(bar.label.shown) <= bar.label.width() <= 200
    assert bar.label.toolTip().startswith("Measuring the model before training")
    job.end()
