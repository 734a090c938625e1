"""Session: the few objects that every panel may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.document.autosave import Autosaver
    from app.document.document import Document
    from app.document.records import Records
    from app.jobs.job_runner import JobRunner
    from app.settings.settings import Settings


@dataclass(frozen=True)
class Session:
    """What `MainWindow` hands to the panels that do work; panels add signals ``message(str)`` and ``error(object)``."""

    document: Document
    jobs: JobRunner
    settings: Settings
    autosaver: Autosaver
    records: Records
