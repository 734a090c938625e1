"""Fixtures of the rooms of the window."""

from __future__ import annotations

import pytest

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings


@pytest.fixture
def session(qapp):
    document, jobs = Document(), JobRunner()
    yield Session(document, jobs, Settings(), Autosaver(document, jobs), Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def settings(tmp_path):
    settings = Settings(tmp_path / "settings.json")
    settings["hints.dismissed"] = []
    return settings


@pytest.fixture
def window(qtbot, settings, monkeypatch):
    """The main window, which loads no model by itself."""
    from app.window import main_window  # most rooms are tested without it

    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)
    window = main_window.MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()
