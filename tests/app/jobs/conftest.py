from __future__ import annotations

import threading

import pytest

from app.jobs.job_runner import JobRunner


@pytest.fixture
def runner(qtbot):
    runner = JobRunner()
    yield runner
    runner.shutdown()
    assert not [t for t in threading.enumerate() if t.name.startswith("lane-")]
