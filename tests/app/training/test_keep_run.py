"""The process of a continual training: started on a lane that may be slow, stopped at any moment."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
import pytest

from app.training.keep_folder import KeepFolder
from app.training.keep_run import KeepOrder, KeepRun
from segcore.training.control import Control

WAITS = 'import sys; print(\'{"event": "progress", "done": 0, "total": 1}\', flush=True); sys.stdin.read()'


@dataclass(frozen=True)
class Script(KeepOrder):
    code: str = WAITS

    def arguments(self):
        return ["-c", self.code]


def begin(jobs, project):
    """Start a script as the continual training of a project folder; return the run, what it says and how it ended."""
    run = KeepRun(Script(KeepFolder(project), "m"), jobs)
    steps, ended = [], []
    run.progressed.connect(lambda step, verdict: steps.append(step))
    run.ended.connect(ended.append)
    run.start(Control())
    return run, steps, ended


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project.json").touch()
    return tmp_path


def test_it_is_heard_until_it_is_asked_to_stop(qtbot, jobs, project):
    run, steps, ended = begin(jobs, project)
    assert (run.running, run.pid) == (True, 0), "the window does not wait for the process"
    qtbot.waitUntil(lambda: bool(steps))
    assert Control.read(run.folder.control) == Control()
    run.stop()
    qtbot.waitUntil(lambda: ended == [None])
    assert not run.running


def test_stopped_before_it_is_started_it_never_starts(qtbot, jobs, held, project):
    run, steps, ended = begin(jobs, project)
    run.stop()
    assert run.running
    held.set()
    qtbot.waitUntil(lambda: ended == [None])
    assert (run.running, steps) == (False, [])
    assert psutil.Process().children() == []


def test_closed_before_it_is_started_it_never_starts(jobs, held, project):
    run, _, ended = begin(jobs, project)
    run.shutdown()
    assert not run.running
    held.set()
    jobs.shutdown()
    assert ended == []
    assert psutil.Process().children() == []


def test_closed_before_it_is_heard_that_it_started_it_ends(jobs, project):
    run, _, ended = begin(jobs, project)
    while not psutil.Process().children():
        time.sleep(0.01)
    run.shutdown()
    assert psutil.Process().children() == []
    jobs.shutdown()
    assert ended == []


def test_that_it_cannot_be_started_is_told(qtbot, jobs, project):
    (project / "training").touch()
    run, _, ended = begin(jobs, project)
    qtbot.waitUntil(lambda: bool(ended))
    assert "cannot" in ended[0].message
    assert not run.running
