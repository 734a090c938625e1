"""Journaling: every edit is written to the undo history on disk at once; see `segcore.journal.journal`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.autosave import Autosaver, Unsaved
from app.document.document import Document
from app.jobs.job_runner import JobRunner
from segcore.editing import Edit
from segcore.errors import ProjectBusyError, ProjectError, ProjectMissingError
from segcore.journal.journal import Journal, sweep
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from segcore.project.project import Project

LANE = "journal"
WAIT_SECONDS = 0.01
"""How long the end of a gesture waits, at most, until it is written; it takes a millisecond or two. So a stroke whose
mouse button was released is not lost when the app is killed in the next moment."""
WAIT_TILES = 64
"""Larger edits are not waited for: compressing them takes longer."""


class Journaling(QObject):
    """Watches the document and hands its edits to the journal of its image, in a lane of their own."""

    error = Signal(Exception)
    """ProjectError: the undo history cannot be written. Told once a project; editing and saving go on."""

    def __init__(self, document: Document, jobs: JobRunner, autosaver: Autosaver) -> None:
        super().__init__(document)
        self._document = document
        self._jobs = jobs
        self._autosaver = autosaver
        self._told = False
        document.committed.connect(self._committed)
        document.extended.connect(self._extended)
        document.undone.connect(partial(self._record, Journal.undo))
        document.redone.connect(partial(self._record, Journal.redo))
        document.project_changed.connect(self._project_changed)
        autosaver.saving.connect(self._saving)

    def _committed(self, edit: Edit) -> None:
        written = self._record(Journal.edit, edit)
        if written is not None and len(edit.tiles) <= WAIT_TILES:
            written.wait(WAIT_SECONDS)

    def _record(self, what: Callable[[Journal, Edit], None], edit: Edit) -> threading.Event | None:
        """Nobody waits for an undo or redo, whose repaint would come later: should it be missing, no work is lost."""
        return self._submit(lambda journal: what(journal, edit))

    def _extended(self, _last: Edit, more: Edit, _joined: Edit) -> None:
        """Nobody waits for it: what a person painted is in the journal already."""
        self._submit(lambda journal: journal.extend(more))

    def _saving(self, unsaved: Unsaved) -> None:
        """Keep the journal no older than the labels, also when these hold a part of a stroke."""
        if unsaved.image_id == self._document.image_id:
            so_far = self._document.stroke_so_far
            if so_far is not None:
                self._submit(partial(_record_part, so_far, unsaved.label_map))
            self._submit(Journal.sync)
        unsaved.after.append(passed := threading.Event())
        self._jobs.submit(LANE, passed.set, quiet=True)

    def _submit(self, what: Callable[[Journal], None]) -> threading.Event | None:
        project, journal = self._document.project, self._document.journal
        if project is None or journal is None:
            return None
        written = threading.Event()
        job = self._jobs.submit(LANE, partial(_write, project, journal, what, written), quiet=True)
        job.failed.connect(self._failed)
        return written

    def _failed(self, error: Exception) -> None:
        if self._told or self._autosaver.failing or isinstance(error, ProjectBusyError | ProjectMissingError):
            return
        self._told = True
        if isinstance(error, ProjectError):
            remedy = self.tr(
                "You can go on painting and saving. Once the image is opened again, earlier edits may not be undone."
            )
            error = ProjectError(error.message, remedy)
        self.error.emit(error)

    def _project_changed(self) -> None:
        self._told = False
        project = self._document.project
        if project is not None and not project.read_only:
            self._jobs.submit(LANE, partial(sweep, project.root), quiet=True)


def _write(project: Project, journal: Journal, what: Callable[[Journal], None], written: threading.Event) -> None:
    try:
        what(journal)
        project.check_writer()
        if not project.read_only:
            journal.write()
    finally:
        written.set()


def _record_part(so_far: Callable[[LabelMap], Edit], labels: LabelMap, journal: Journal) -> None:
    journal.part(so_far(labels))
