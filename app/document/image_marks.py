"""ImageMarks: verdicts, flags and notes of the images of the open project, shown at once and written in a lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from segcore.labels.label_map import State
from segcore.project.marks import EMPTY, Mark, Verdict

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import JobRunner
    from segcore.project.project import Project


class ImageMarks(QObject):
    """Read once a project is open. A verdict is about labels that are done: it goes when that changes."""

    changed = Signal(list)
    """list[str]: ids of images with other marks; of all that have any when a project was opened."""
    error = Signal(Exception)
    """They could not be written; what is shown is kept and written with the next one."""

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._jobs = document, jobs
        self._marks: dict[str, Mark] = {}
        self._unsaved: dict[str, Mark] = {}
        document.project_changed.connect(self._read)

    def of(self, image_id: str) -> Mark:
        """Return the marks of an image."""
        return self._marks.get(image_id, EMPTY)

    def all(self) -> dict[str, Mark]:
        """Return the marks of all images that have any, by id; not a copy."""
        return self._marks

    def set(self, image_id: str, **changes: object) -> None:
        """Change fields of the `Mark` of an image of the open project; nothing happens where it cannot be written."""
        self.set_all({image_id: changes})

    def set_all(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Change fields of the marks of many images, written together."""
        project = self._document.project
        after = {key: replace(self.of(key), **fields) for key, fields in changes.items()}  # type: ignore[arg-type]
        after = {key: mark for key, mark in after.items() if mark != self.of(key)}
        if project is None or project.read_only or not after:
            return
        self._marks.update(after)
        self._unsaved.update(after)
        writing = dict(self._unsaved)
        job = self._jobs.submit("save", partial(project.marks.put, writing), quiet=True)
        job.succeeded.connect(partial(self._saved, project, writing))
        job.failed.connect(self.error)
        self.changed.emit(list(after))

    def _read(self) -> None:
        self._marks, self._unsaved = {}, {}
        self.refresh()

    def follow(self, image_id: str, state: State) -> None:
        """Take note that the labels of an image are in another state now: a verdict on the former ones is over."""
        over = Verdict.REJECTED if state is State.DONE else Verdict.REVIEWED
        if self.of(image_id).verdict is over:
            self.set(image_id, verdict=Verdict.NONE)

    def refresh(self) -> None:
        """Read all marks again, for example after a merge; those that are not written yet stay."""
        project = self._document.project
        if project is not None:
            read: Callable[[], dict[str, Mark]] = partial(_all_of, project)
            job = self._jobs.submit("io", read, quiet=True)
            job.succeeded.connect(partial(self._have_read, project))

    def _have_read(self, project: Project, marks: dict[str, Mark]) -> None:
        if project is self._document.project:
            self._marks = marks | self._unsaved
            self.changed.emit(list(self._marks))

    def _saved(self, project: Project, written: dict[str, Mark], _: object) -> None:
        if project is self._document.project:
            self._unsaved = {key: mark for key, mark in self._unsaved.items() if written.get(key) != mark}


def _all_of(project: Project) -> dict[str, Mark]:
    return project.marks.all()
