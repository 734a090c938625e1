"""Auditing: looks for corrected labels that look wrong, and does what the person decides about each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from app.document.session import Session
from app.worklist.audit_dialog import AuditDialog

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from app.worklist.audit_pictures import PicturedIssue
    from segcore.progress import Task
    from segcore.project.project import Project
    from segcore.worklist.label_issues import LabelIssue


class Auditing(QObject):
    """One audit at a time, in the lane "learn"; its list stays open while the person works."""

    image_wanted = Signal(str)
    """This image is to be opened."""
    shown = Signal(QRect)
    """This box of the open image is to be looked at."""
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._job: Job | None = None
        self._project: Project | None = None
        self._accepted: list[LabelIssue] = []  # their images are on the way
        self._looked_for: LabelIssue | None = None  # to be shown once its image is there
        self.dialog: AuditDialog | None = None
        """The list, while it is open."""
        session.document.image_changed.connect(self._arrive)
        session.document.project_changed.connect(self._forget)

    def start(self) -> None:
        """Audit the open project; show the list once it is there."""
        project = self._session.document.project
        if project is None or self._job is not None:
            return
        self._session.autosaver.flush()
        self._project = project
        self._job = self._session.jobs.submit("learn", partial(_audited, project), self.tr("Audit the labels"))
        self._job.succeeded.connect(self._show)
        self._job.failed.connect(self.error)
        self._job.ended.connect(self._end)

    # --- inside ------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._job = None

    def _forget(self) -> None:
        """Drop everything about a project that is no longer open."""
        if self._session.document.project is self._project:
            return
        if self._job is not None:
            self._job.cancel()
        if self.dialog is not None:
            self.dialog.close()
        self._project = self._looked_for = None
        self._accepted.clear()

    def _show(self, found: list[PicturedIssue]) -> None:
        document = self._session.document
        if document.project is not self._project or document.classes is None:
            return
        if not found:
            self.message.emit(self.tr("No corrected label looks wrong."))
            return
        if self.dialog is not None:
            self.dialog.destroyed.disconnect(self._closed)  # it comes later than the new list
            self.dialog.close()
        dialog = AuditDialog(found, document.classes, not document.read_only, self._window)
        dialog.accepted_issue.connect(partial(self._go, accept=True))
        dialog.shown_issue.connect(partial(self._go, accept=False))
        dialog.kept_issue.connect(self._keep)
        dialog.destroyed.connect(self._closed)
        self.dialog = dialog
        dialog.show()

    def _closed(self) -> None:
        self.dialog = None

    def _keep(self, issue: LabelIssue) -> None:
        if self._project is not None:
            job = self._session.jobs.submit("save", partial(_keep, self._project, issue), quiet=True)
            job.failed.connect(self.error)

    def _go(self, issue: LabelIssue, accept: bool) -> None:
        self._looked_for = issue
        if accept:
            self._accepted.append(issue)
        if issue.image_id == self._session.document.image_id:
            self._arrive()
        else:
            self.image_wanted.emit(issue.image_id)

    def _arrive(self) -> None:
        """Paint what was accepted in this image, show the place that was asked for last, and go on to other images."""
        image_id = self._session.document.image_id
        here = [issue for issue in self._accepted if issue.image_id == image_id]
        self._accepted = [issue for issue in self._accepted if issue.image_id != image_id]
        for issue in here:
            self._accept(issue)
        if self._looked_for is not None and self._looked_for.image_id == image_id:
            box, self._looked_for = self._looked_for.box, None
            self.shown.emit(QRect(box.left, box.top, box.width, box.height))
        if here and self._accepted:
            self.image_wanted.emit(self._accepted[0].image_id)

    def _accept(self, issue: LabelIssue) -> None:
        """Paint the suggestion over the label: one undo step."""
        document = self._session.document
        label_map = document.label_map
        if label_map is None or issue.box.clipped(*label_map.shape) != issue.box:
            self.message.emit(self.tr("The image has another size now; nothing was changed."))
            return
        if document.replaced:
            self.message.emit(self.tr("The image is another picture now; nothing was changed."))
            return
        mask = issue.mask(label_map.labels)
        if not mask.any():
            self.message.emit(self.tr("This label was changed already."))
            return
        recorder = document.begin(self.tr("Accept suggestion"))
        recorder.paint(issue.box, mask, issue.suggestion)
        document.commit(recorder)
        if not recorder.changed:
            self.message.emit(self.tr("Nothing was changed: “Paint over” protects this class."))


def _audited(project: Project) -> Task[list[PicturedIssue]]:
    from app.worklist.audit_pictures import audited

    return audited(project)


def _keep(project: Project, issue: LabelIssue) -> None:
    from segcore.worklist.kept_labels import keep_label

    keep_label(project, issue)
