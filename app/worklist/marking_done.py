"""MarkingDone: marks many images as done at once, and takes that back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.appearance.undo_notice import UndoNotice
from app.document.images_run import ImagesRun, taking_back
from app.document.session import Session
from app.document.versioning import kept_before
from app.jobs.job import Job
from segcore.labels.label_map import LabelMap, State

if TYPE_CHECKING:
    from segcore.project.closed_edit import Kept
    from segcore.project.project import Project


class MarkingDone(QObject):
    """Confirms the labels of images as they are: one edit in the undo history of each."""

    job_started = Signal(Job)
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: ImagesRun | None = None
        self._marked: list[str] = []
        self.notice = UndoNotice(
            self.tr("Make these images as they were before they were marked"), self.tr("Dismiss; the images stay done")
        )
        self.notice.undo_button.clicked.connect(lambda: self.undo())
        session.document.project_changed.connect(self.notice.withdraw)

    def mark(self, image_ids: Iterable[str]) -> None:
        """Mark these images as done; those without any label, and those that are done, stay as they are."""
        closed = partial(_mark_closed, kept_before(self._session.settings, _edit_name()))
        self._start(image_ids, self.tr("Mark images as done"), closed, self._mark_shown, self._tell_marked)

    def undo(self) -> None:
        """Take back what `mark` did last, in each image where nothing was changed since."""
        if self._run is not None:
            return
        marked, self._marked = self._marked, []
        self.notice.withdraw()
        title = self.tr("Undo “Mark images as done”")
        self._start(marked, title, *taking_back(self._session.document, _edit_name()), self._tell_undone)

    def _start(
        self,
        image_ids: Iterable[str],
        title: str,
        closed: Callable[[Project, str], State | None],
        shown: Callable[[], bool | None],
        tell: Callable[[ImagesRun], None],
    ) -> None:
        document = self._session.document
        if document.project is None or document.read_only:
            return
        if self._run is not None:
            self.message.emit(self.tr("Images are still being marked; wait until that is done."))
            return
        self._run = run = ImagesRun(self._session, image_ids, title, closed, shown, self)
        run.failed.connect(self.error)
        run.ended.connect(lambda: self._ended(run, tell))
        self.job_started.emit(run)
        run.start()

    def _ended(self, run: ImagesRun, tell: Callable[[ImagesRun], None]) -> None:
        self._run = None
        if run.project is self._session.document.project:
            tell(run)

    def _mark_shown(self) -> bool:
        document = self._session.document
        if document.label_map is None or document.label_map.state() is State.DONE:
            return False
        return document.mark_done()

    def _tell_marked(self, run: ImagesRun) -> None:
        if not run.changed:
            self.message.emit(
                self.tr("No image was marked: they are done already, or nothing in them is labelled yet.")
            )
            return
        self._marked = run.changed
        count, left = len(run.changed), len(run.skipped)
        words = self.tr("1 image is marked as done.") if count == 1 else self.tr("{count} images are marked as done.")
        if left:
            words += " " + (
                self.tr("1 stays as it was: done already, without labels, or unreadable.")
                if left == 1
                else self.tr("{left} stay as they were: done already, without labels, or unreadable.")
            )
        self.notice.tell(words.format(count=count, left=left), self.tr("Mark images as done"))

    def _tell_undone(self, run: ImagesRun) -> None:
        words = self.tr("Images that are as they were before: {count}.").format(count=len(run.changed))
        if run.skipped:
            words += " " + self.tr("Changed since, and therefore still done: {left}.").format(left=len(run.skipped))
        self.message.emit(words)


def _edit_name() -> str:
    """Return the name that the document gives the same edit of the open image."""
    return QCoreApplication.translate("Document", "Mark as done")


def _mark_closed(kept: Kept, project: Project, image_id: str) -> State | None:
    from segcore.project.closed_edit import edit_closed

    return edit_closed(project, image_id, _confirmed, _edit_name(), kept)


def _confirmed(label_map: LabelMap) -> LabelMap:
    """Return the label map with every pixel confirmed; itself when nothing in it is labelled, or when it is done."""
    return label_map if label_map.state() in (State.NEW, State.DONE) else label_map.confirm()
