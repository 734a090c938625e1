from __future__ import annotations

import os
import threading
import time
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer

from app.jobs.job_runner import LANES, JobRunner
from segcore.progress import Progress
from tests.app.jobs.job_log import Log, wait
from tests.systems import posix_only


def test_value_arrives_on_the_ui_thread_from_another(runner, qtbot):
    job = runner.submit("io", threading.current_thread)
    log = Log(job)
    wait(qtbot, log)
    assert log.names == ["succeeded"]
    assert log.events[0][1].name == "lane-io"
    assert log.threads == {threading.main_thread()}
    assert job.finished
    assert log.ends == [["succeeded"]]


def test_task_reports_progress_then_its_result(runner, qtbot):
    def task():
        yield Progress(1, 2)
        yield Progress(2, 2)
        return "result"

    log = Log(runner.submit("device", task))
    wait(qtbot, log)
    assert log.terminal() == ["succeeded"]
    assert log.events[-1] == ("succeeded", "result")
    assert log.events[-2] == ("progressed", 2), "the last step is shown even when steps come faster than they are shown"


def test_progress_is_coalesced(runner, qtbot):
    def task():
        end = time.monotonic() + 0.3
        n = 0
        while time.monotonic() < end:
            n += 1
            yield Progress(n, 0)
        return n

    log = Log(runner.submit("device", task))
    wait(qtbot, log)
    assert log.events[-1][1] > 100
    assert 2 <= log.names.count("progressed") <= 14


def test_progress_is_there_when_the_window_is_woken_for_it(runner, qtbot):
    """Woken before, the window could look at once, find nothing and not be woken again: the bar stood still."""
    found = []
    runner._woken.connect(lambda: found.append(bool(runner._mail or runner._steps)), Qt.ConnectionType.DirectConnection)
    log = Log(runner.submit("device", lambda: (Progress(n, 1000) for n in range(1000))))
    wait(qtbot, log)
    assert len(found) >= 3
    assert all(found)


def test_the_window_has_its_turn_between_results_that_come_at_once(runner, qtbot):
    order = []
    jobs = [runner.submit(lane, lambda: None) for lane in LANES[:6]]
    for job in jobs:
        job.succeeded.connect(lambda _: (order.append("result"), time.sleep(0.01)))
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: order.append("turn"))
    time.sleep(0.1)  # all have ended
    timer.start()
    qtbot.waitUntil(lambda: all(job.finished for job in jobs))
    timer.stop()
    first = order.index("result")
    assert "result result result" not in " ".join(order[first:]), order


def test_results_that_wait_for_their_turn_are_told_in_their_order_and_before_the_end(runner, qtbot):
    told = []
    jobs = [runner.submit("save", partial(int, number)) for number in range(5)]
    for job in jobs:
        job.succeeded.connect(lambda value: (told.append(value), time.sleep(0.01)))
    time.sleep(0.1)
    qtbot.waitUntil(lambda: bool(told))
    runner.shutdown()
    assert told == [0, 1, 2, 3, 4]


def test_failure_becomes_one_signal(runner, qtbot):
    def task():
        yield Progress(0, 1)
        raise ValueError("no")

    log = Log(runner.submit("crf", task))
    wait(qtbot, log)
    assert log.terminal() == ["failed"]
    assert isinstance(log.events[-1][1], ValueError)


def test_cancel_closes_the_task_at_its_next_step(runner, qtbot):
    closed, running = threading.Event(), threading.Event()

    def task():
        try:
            while True:
                running.set()
                time.sleep(0.002)
                yield Progress(0, 0)
        finally:
            closed.set()

    job = runner.submit("device", task)
    log = Log(job)
    assert running.wait(10)
    job.cancel()
    wait(qtbot, log)
    assert closed.is_set()
    assert log.terminal() == ["cancelled"]
    job.cancel()
    qtbot.wait(20)
    assert log.terminal() == ["cancelled"]


def test_a_cancelled_job_never_succeeds_even_when_its_work_is_done(runner, qtbot):
    done = threading.Event()

    def work():
        done.set()
        return 1

    job = runner.submit("io", work)
    log = Log(job)
    assert done.wait(2)
    job.cancel()
    wait(qtbot, log)
    assert log.terminal() == ["cancelled"]


def test_a_waiting_job_that_is_cancelled_never_starts(runner, qtbot):
    release = threading.Event()
    first = Log(runner.submit("io", lambda: release.wait(5)))
    ran = []
    second = runner.submit("io", lambda: ran.append(1))
    log = Log(second)
    second.cancel()
    wait(qtbot, log)
    assert log.names == ["cancelled"]
    assert not first.terminal(), "it was told at once, not when its turn came"
    release.set()
    wait(qtbot, first)
    assert ran == []


def test_a_lane_keeps_order_and_lanes_do_not_wait_for_each_other(runner, qtbot):
    release, order = threading.Event(), []
    logs = [Log(runner.submit("device", lambda: release.wait(5)))]
    logs += [Log(runner.submit("device", lambda n=n: order.append(n))) for n in range(5)]
    other = Log(runner.submit("io", lambda: "free"))
    wait(qtbot, other)
    assert order == []
    release.set()
    wait(qtbot, logs[-1])
    assert order == [0, 1, 2, 3, 4]


def test_started_is_told_for_loud_jobs_only(runner, qtbot):
    seen = []
    runner.started.connect(lambda job: seen.append(job.title))
    quiet = Log(runner.submit("io", lambda: 1, "quiet", quiet=True))
    loud = Log(runner.submit("io", lambda: 1, "loud"))
    wait(qtbot, quiet)
    wait(qtbot, loud)
    assert seen == ["loud"]


def test_unknown_lane_is_refused(runner):
    with pytest.raises(ValueError, match="lane"):
        runner.submit("attic", lambda: 1)


def test_shutdown_finishes_saves_and_cancels_the_rest(qtbot):
    runner = JobRunner()
    release, running, saved = threading.Event(), threading.Event(), []

    def endless():
        while True:
            running.set()
            time.sleep(0.001)
            yield Progress(0, 0)

    device = Log(runner.submit("device", endless))
    waiting = Log(runner.submit("device", lambda: 1))
    runner.submit("save", lambda: release.wait(5))
    save = Log(runner.submit("save", lambda: saved.append("kept")))
    load = Log(runner.submit("io", lambda: saved.append("read")))
    assert running.wait(10)
    threading.Timer(0.05, release.set).start()
    runner.shutdown()
    assert saved == ["kept"]
    assert device.names[-1:] == ["cancelled"]
    assert waiting.names == ["cancelled"]
    assert load.names == ["cancelled"], "it waited for the save, and does so no longer"
    assert save.names == ["succeeded"]
    late = Log(runner.submit("save", lambda: saved.append("late")))
    wait(qtbot, late)
    assert late.names == ["cancelled"]
    assert saved == ["kept"]


def test_shutdown_is_bounded_when_a_job_hangs(qtbot):
    runner = JobRunner()
    release, began = threading.Event(), threading.Event()

    def hang():
        began.set()
        release.wait(10)

    runner.submit("device", hang)
    assert began.wait(10)
    start = time.monotonic()
    runner.shutdown(seconds=0.1)
    assert time.monotonic() - start < 5.0
    release.set()


@pytest.mark.parametrize("how", ["value", "task", "error"])
def test_a_lane_that_is_left_behind_does_not_touch_a_deleted_runner(qtbot, how):
    runner = JobRunner()
    release, began = threading.Event(), threading.Event()

    def hang():
        began.set()
        release.wait(10)
        if how == "error":
            raise ValueError

    def task():
        yield hang() or Progress(1, 2)

    runner.submit("device", task if how == "task" else hang)
    thread = runner._threads["device"]
    assert began.wait(5)
    assert runner.shutdown(seconds=0.05) == ["device"]
    shiboken6.delete(runner)
    release.set()
    thread.join(5)  # an error of the thread fails the test
    assert not thread.is_alive()


@pytest.mark.parametrize("outcome", ["succeeds", "fails", "is cancelled while it waits", "is cancelled at work"])
def test_a_load_starts_after_the_saves_before_it_whatever_becomes_of_them(runner, qtbot, outcome):
    release, begun, order = threading.Event(), threading.Event(), []

    def save():
        begun.set()
        release.wait(5)
        order.append("saved")
        if outcome == "fails":
            raise OSError("no space")

    first = runner.submit("save", save)
    assert begun.wait(2)
    second = runner.submit("save", lambda: order.append("second"))
    load = Log(runner.submit("io", lambda: order.append("loaded")))
    if outcome == "is cancelled while it waits":
        second.cancel()
    if outcome == "is cancelled at work":
        first.cancel()
    qtbot.wait(50)
    assert order == []
    release.set()
    wait(qtbot, load)
    assert order == (["saved", "loaded"] if second.cancelling else ["saved", "second", "loaded"])


def test_a_load_does_not_wait_for_later_saves_nor_a_save_for_any_load(runner, qtbot):
    stuck, slow, reading = threading.Event(), threading.Event(), threading.Event()
    first = Log(runner.submit("io", lambda: (reading.set(), stuck.wait(5))))
    second = Log(runner.submit("io", lambda: "read"))
    assert reading.wait(10)
    saved = Log(runner.submit("save", lambda: "saved"))
    wait(qtbot, saved)
    assert not first.terminal()
    late = Log(runner.submit("save", lambda: slow.wait(5)))
    stuck.set()
    wait(qtbot, second)
    assert not late.terminal()
    slow.set()


def test_a_load_that_waits_for_a_save_can_be_cancelled(runner, qtbot):
    release, ran = threading.Event(), []
    runner.submit("save", lambda: release.wait(5))
    load = runner.submit("io", lambda: ran.append("load"))
    log = Log(load)
    qtbot.wait(20)  # the lane has taken it by now and waits
    load.cancel()
    wait(qtbot, log)
    assert log.names == ["cancelled"]
    release.set()
    wait(qtbot, Log(runner.submit("io", lambda: None)))
    assert ran == []


def test_other_lanes_than_io_do_not_wait_for_saves(runner, qtbot):
    release = threading.Event()
    runner.submit("save", lambda: release.wait(5))
    for lane in set(LANES) - {"save", "io"}:
        log = Log(runner.submit(lane, lambda: "free"))
        wait(qtbot, log)
        assert log.names == ["succeeded"]
    release.set()


@posix_only("FIFOs are POSIX")
def test_a_read_that_never_ends_stops_neither_saves_nor_the_shutdown(qtbot, tmp_path, caplog):
    fifo = tmp_path / "photo.png"
    os.mkfifo(fifo)
    runner = JobRunner()
    reading = threading.Event()
    runner.submit("io", lambda: (reading.set(), fifo.read_bytes()))
    behind = Log(runner.submit("io", lambda: 1))
    assert reading.wait(10)
    saved = []
    wait(qtbot, Log(runner.submit("save", lambda: saved.append("one"))))
    runner.submit("save", lambda: saved.append("two"))
    start = time.monotonic()
    assert runner.shutdown(seconds=0.2) == ["io"]
    assert time.monotonic() - start < 5.0
    assert saved == ["one", "two"]
    assert behind.names == ["cancelled"]
    assert "Lane io did not end within" in caplog.text
    fifo.write_bytes(b"")  # lets the thread go


def test_a_save_that_hangs_is_given_up_after_its_own_limit(qtbot):
    runner = JobRunner()
    release, began = threading.Event(), threading.Event()
    runner.submit("save", lambda: (began.set(), release.wait(20)))
    load = Log(runner.submit("io", lambda: 1))
    assert began.wait(10)
    start = time.monotonic()
    assert runner.shutdown(seconds=5.0, keep_seconds=0.2) == ["save"]
    assert 0.15 < time.monotonic() - start < 5.0
    assert load.names == ["cancelled"]
    release.set()


def test_a_slow_save_is_waited_for_longer_than_the_rest(qtbot):
    runner = JobRunner()
    release, saved = threading.Event(), []
    runner.submit("save", lambda: (release.wait(5), saved.append(1)))
    threading.Timer(0.3, release.set).start()
    assert runner.shutdown(seconds=0.05) == []
    assert saved == [1]
