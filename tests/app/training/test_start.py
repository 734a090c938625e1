"""Starting the process of a training, on a lane that may be slow: what the window wants meanwhile is heeded."""

from __future__ import annotations

import time

import psutil

from app.training.training_left import left_training
from segcore.training.control import Control
from tests.app.training.scripted_run import begin, ended, goes_on, taken_up


def test_cancelled_before_it_is_started_it_never_starts(qtbot, jobs, held, tmp_path):
    run, heard = begin(jobs, tmp_path, "import time; time.sleep(60)")
    run.cancel()
    assert (run.pid, run.cancelling, heard) == (0, True, [])
    held.set()
    qtbot.waitUntil(lambda: ended(heard))
    assert heard == [("cancelled", None)]
    assert not run.running
    assert not (tmp_path / "training").exists()


def test_closed_before_it_is_started_it_never_starts(qtbot, jobs, held, tmp_path):
    run, heard = begin(jobs, tmp_path, "import time; time.sleep(60)")
    run.watch({"a.png": str(tmp_path / "a.png")})
    run.shutdown()
    assert heard == [("cancelled", None)]
    held.set()
    jobs.shutdown()
    assert not (tmp_path / "training").exists()
    assert psutil.Process().children() == []


def test_closed_before_it_is_heard_that_it_started_it_ends(qtbot, jobs, tmp_path):
    run, heard = begin(jobs, tmp_path, "import time; time.sleep(60)")
    while not psutil.Process().children():
        time.sleep(0.01)
    run.shutdown()
    assert psutil.Process().children() == []
    assert heard == [("cancelled", None)]
    jobs.shutdown()
    assert not (tmp_path / "training").exists()


def test_left_before_it_is_started_it_goes_on(qtbot, jobs, held, tmp_path):
    run, heard = begin(jobs, tmp_path, goes_on(tmp_path))
    run.leave()
    run.deleteLater()
    held.set()
    qtbot.waitUntil(lambda: left_training(tmp_path) is not None)
    _, heard = taken_up(jobs, tmp_path)
    qtbot.waitUntil(lambda: bool(heard))
    (tmp_path / "GO").touch()
    qtbot.waitUntil(lambda: ended(heard))
    assert [what for what, _ in heard] == ["progressed", "succeeded"]


def test_what_is_wanted_before_it_is_started_is_found(qtbot, jobs, held, tmp_path):
    run, heard = begin(jobs, tmp_path, goes_on(tmp_path))
    run.finish()
    held.set()
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(lambda: Control.read(run.folder.control).finish)
    run.cancel()
    qtbot.waitUntil(lambda: heard[-1] == ("cancelled", None))
