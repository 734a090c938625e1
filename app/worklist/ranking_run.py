"""RankingRun: ranks the images in the background, again when something of them changed."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.image_state import ImageState
from app.document.session import Session

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from segcore.progress import Task
    from segcore.project.project import Project
    from segcore.worklist.ranking import Ranking

AGAIN_MS = 3000
"""After the last change of a record. Only changed images are read again."""
PAUSES = 20
"""A large project waits so many times as long as its last ranking took, so that it takes 5 % of a core at most ..."""
LONGEST_MS = 60_000
"""... but no longer than this."""
ENOUGH_DONE = 5
"""Done images with a prediction from which on a project is ranked without being asked, for the estimate of errors."""


class RankingRun(QObject):
    """One ranking at a time, in the lane "worklist"; nothing runs until somebody wants a ranking."""

    ranked = Signal(object)
    """Ranking: `ranking` is new."""
    forgotten = Signal()
    """Another project is open: there is no ranking."""
    failed = Signal(Exception)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._project: Project | None = None
        self._wanted = False
        self._is_old = True
        self._began = self._seconds = 0.0
        self.ranking: Ranking | None = None
        """The last one of the open project; None before the first."""
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._start)
        session.document.project_changed.connect(self._forget)
        session.records.reset.connect(self._note_change)
        session.records.changed.connect(lambda _: self._note_change())

    @property
    def is_old(self) -> bool:
        """Whether something changed since `ranking` was begun, or there is none."""
        return self._is_old or self.ranking is None

    def want(self) -> None:
        """Rank now, unless the last ranking is still right; `ranked` follows in any case."""
        self._wanted = True
        if not self.is_old and self._job is None:
            self.ranked.emit(self.ranking)
        else:
            self._start()

    def _forget(self) -> None:
        if self._session.document.project is self._project:
            return
        if self._job is not None:
            self._job.cancel()
        self._job = self.ranking = None
        self._project = self._session.document.project
        self._wanted, self._is_old, self._seconds = False, True, 0.0
        self._later.stop()
        self.forgotten.emit()
        self._note_change()

    def _note_change(self) -> None:
        self._is_old = True
        records = self._session.records
        if self._wanted or records.with_prediction(ImageState.DONE) >= ENOUGH_DONE:
            self._later.start(min(LONGEST_MS, max(AGAIN_MS, round(PAUSES * 1000 * self._seconds))))

    def _start(self) -> None:
        project = self._session.document.project
        if project is None:
            return
        if self._job is not None:
            self._later.start(AGAIN_MS)
            return
        self._later.stop()
        self._is_old, self._began = False, time.monotonic()
        first = self.ranking is None
        job = self._session.jobs.submit(
            "worklist", partial(_rank, project), self.tr("Rank the images"), quiet=not first or not self._wanted
        )
        job.succeeded.connect(self._keep)
        job.failed.connect(self._fail)
        job.cancelled.connect(partial(self._end, project))
        self._job = job

    def _keep(self, ranking: Ranking) -> None:
        self._job, self.ranking = None, ranking
        self._seconds = time.monotonic() - self._began
        self.ranked.emit(ranking)

    def _fail(self, error: Exception) -> None:
        self._job, self._is_old = None, True
        self.failed.emit(error)

    def _end(self, project: Project) -> None:
        if project is self._project:  # else it was cancelled because another project is open
            self._job, self._is_old = None, True


def _rank(project: Project) -> Task[Ranking]:
    from segcore.worklist.ranking import rank

    return rank(project)
