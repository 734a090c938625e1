"""Who refers to what when a job has ended, and in which thread it is let go."""

from __future__ import annotations

import gc
import threading
import weakref
from functools import partial

import pytest

from tests.app.jobs.job_log import Log, wait


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_job_refers_to_is_let_go_on_the_ui_thread(runner, qtbot, caplog, fails):
    """A QObject that a lane destroys may get an event meanwhile: a crash that comes once in hours."""
    caplog.set_level("CRITICAL")  # pytest keeps what is logged, with its traceback
    ends = []

    class Captured:
        def work(self):
            if fails:
                raise ValueError("no")

        def __del__(self):
            ends.append(threading.current_thread())

    log = Log(runner.submit("io", Captured().work))
    wait(qtbot, log)
    log.events.clear()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [threading.main_thread()]


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_was_returned_too_late_is_given_to_those_who_must_close_it(runner, qtbot, cancelled):
    begun, go_on, dropped = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        assert go_on.wait(10)
        return "open"

    job = runner.submit("io", work)
    job.dropped.connect(dropped.append)
    log = Log(job)
    assert begun.wait(10)
    if cancelled:
        job.cancel()
    go_on.set()
    wait(qtbot, log)
    assert log.names == (["cancelled"] if cancelled else ["succeeded"])
    assert dropped == (["open"] if cancelled else [])


def test_a_slot_that_refers_to_its_job_does_not_keep_both(runner, qtbot):
    """Python's collector does not see who a connection of Qt refers to."""
    job = runner.submit("io", lambda: 3, quiet=True)
    kept = weakref.ref(job)
    job.progressed.connect(lambda _, seen=job: seen)
    job.ended.connect(partial(lambda seen: seen, job))
    del job
    qtbot.waitUntil(lambda: not runner.busy)
    gc.collect()
    assert kept() is None
