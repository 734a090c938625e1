"""Fixtures of the training room."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from app.training import training_panel
from tests.app.training.desk import Desk, Saver


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """The corrected images are counted as soon as they may have changed."""
    monkeypatch.setattr(training_panel, "SOON_MS", 0)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(qtbot)
    yield found
    found.close()


@pytest.fixture
def jobs(qapp) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def held(jobs: JobRunner) -> Iterator[threading.Event]:
    """The lane on which processes are started waits until this is set."""
    release = threading.Event()
    jobs.submit("save", lambda: release.wait(20), quiet=True)
    yield release
    release.set()


@pytest.fixture
def context(qapp) -> Iterator[Session]:
    document, jobs = Document(), JobRunner()
    yield Session(document, jobs, Settings(), Saver(), Records(document, jobs))
    jobs.shutdown()
