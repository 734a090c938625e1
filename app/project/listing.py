"""Listing: the list of a project of very many images, read behind its first image; looking for what is new in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.image_state import Known
from app.document.session import Session
from app.jobs.job_runner import Job
from app.language.engine_texts import translated

if TYPE_CHECKING:
    from segcore.project.project import Project
    from segcore.project.rescan import Rescan


class Listing(QObject):
    """Fills the records of a project that was opened with the list of the last time, and brings that up to date."""

    listed = Signal()
    """The list is there; it may be checked still."""
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reading: Job | None = None
        self._checking: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether the list is not there yet."""
        return self._reading is not None and not self._reading.finished

    def begin(self, project: Project) -> None:
        """Read the records, then look for new and removed images without a word."""
        self._reading = self._session.jobs.submit("io", lambda: Known.of(project.records()), quiet=True)
        self._reading.succeeded.connect(partial(self._have_read, project))
        self._reading.failed.connect(lambda _: self.check(project))

    def cancel(self) -> None:
        """Forget the project."""
        for job in (self._reading, self._checking):
            if job is not None:
                job.cancel()

    def check(self, project: Project, title: str = "") -> None:
        """Look for new and removed images; ``title`` is shown meanwhile. The next image waits on "io": another lane."""
        known = len(project.warnings)
        look = project.rescan if title else partial(project.rescan, 0.0)  # else headers are read later, one by one
        job = self._session.jobs.submit("worklist", look, title, quiet=not title)
        job.succeeded.connect(partial(self._have_checked, project, known))
        job.failed.connect(self.error)
        self._checking = job

    def _have_read(self, project: Project, known: Known) -> None:
        if project is self._session.document.project:
            self._session.records.fill(project, known)
            self.listed.emit()
            self.check(project)

    def _have_checked(self, project: Project, known: int, found: Rescan) -> None:
        records = self._session.records
        if project is not self._session.document.project:
            return
        records.replaced.emit(found.changed)
        if found.added or found.removed or records.expected:
            records.refresh()
        else:
            for image_id in found.changed:
                records.read_again(image_id)
        if warnings := project.warnings[known:]:
            self.error.emit(" ".join(map(translated, warnings)))
