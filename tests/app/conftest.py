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
