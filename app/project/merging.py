"""Merging: another project becomes part of the open one, on a lane; Undo takes the labels back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.document.images_run import ImagesRun, taking_back
from app.document.session import Session
from app.document.versioning import budget_of
from app.jobs.job import Job
from app.language.engine_texts import words
from app.project.merge_notice import MergeNotice
from app.project.merge_text import report_details, report_headline
from segcore.errors import MaskwrightError

if TYPE_CHECKING:
    from app.project.merge_dialog import MergeDialog
    from app.project.navigation import Navigation
    from segcore.progress import Task
    from segcore.project.merge_plan import MergePlan
    from segcore.project.merging import MergeChoices, MergeReport
    from segcore.project.other_project import OtherProject
    from segcore.project.project import Project
    from segcore.project.same_images import SameImages


class Merging(QObject):
    """Asks, merges while no image is open, and says what was done."""

    error = Signal(Exception)
    message = Signal(str)
    job_started = Signal(Job)

    def __init__(self, session: Session, navigation: Navigation, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._navigation, self._window = session, navigation, window
        self._other: OtherProject | None = None
        self._plan: MergePlan | None = None
        self._merged: tuple[Project, MergeReport] | None = None
        self.dialog: MergeDialog | None = None
        """While it is open."""
        self.notice = MergeNotice()
        self.notice.undo_button.clicked.connect(lambda: self.undo())
        session.document.project_changed.connect(self.notice.withdraw)

    def ask(self) -> None:
        """Open the dialog; nothing without a project that can be written."""
        project = self._session.document.project
        if project is None or project.read_only:
            return
        from app.project.merge_dialog import MergeDialog

        self.dialog = dialog = MergeDialog(project.root.parent, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.path_chosen.connect(partial(self._look, dialog, project))
        dialog.decided.connect(partial(self._start, dialog, project))
        dialog.finished.connect(self._closed)
        dialog.open()

    # --- what would happen ---------------------------------------------------------------------------------------

    def _look(self, dialog: MergeDialog, project: Project, path: Path) -> None:
        self._let_go()
        self._session.document.settle()
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(_plan, project, path), quiet=True)
        dialog.follow(job, last=False)
        job.succeeded.connect(partial(self._show_plan, dialog))
        job.dropped.connect(lambda found: self._close(found[0]))
        job.failed.connect(partial(self._show_trouble, dialog))

    def _show_plan(self, dialog: MergeDialog, found: tuple[OtherProject, MergePlan]) -> None:
        self._other, self._plan = found
        if self.dialog is dialog:
            dialog.show_plan(self._plan)
        else:
            self._let_go()

    def _show_trouble(self, dialog: MergeDialog, error: Exception) -> None:
        if self.dialog is dialog:
            dialog.show_trouble(words(error))
        if not isinstance(error, MaskwrightError):
            self.error.emit(error)

    def _closed(self, _result: int) -> None:
        self.dialog = None
        self._let_go()

    def _let_go(self) -> None:
        """Close the other project, once what reads it has ended."""
        other, self._other = self._other, None
        if other is not None:
            self._close(other)

    def _close(self, other: OtherProject) -> None:
        self._session.jobs.submit("io", other.close, quiet=True)

    # --- doing it ------------------------------------------------------------------------------------------------

    def _start(self, dialog: MergeDialog, project: Project, choices: MergeChoices) -> None:
        from segcore.project.merging import MergeReport

        if self._other is None or self._plan is None:
            return
        shown = self._navigation.put_away()
        budget, report = budget_of(self._session.settings), MergeReport()
        choices = replace(choices, versions_bytes=budget, name=self.tr("Merge projects"))
        task = partial(_merge, project, self._other.project, choices, self._plan.same, report)
        job = self._session.jobs.submit("io", task, self.tr("Merge projects"), quiet=True)
        job.succeeded.connect(lambda _: self._finish(project, report, shown))
        job.failed.connect(self.error)
        for end in (job.failed, job.cancelled):
            end.connect(lambda *_: self._finish(project, report, shown, stopped=True))
        dialog.follow(job, last=True)

    def _finish(self, project: Project, report: MergeReport, shown: str | None, stopped: bool = False) -> None:
        document, records = self._session.document, self._session.records
        if document.project is not project:
            return
        if document.classes != project.classes:
            document.set_classes(project.classes)
        records.refresh()
        records.marks.refresh()
        if shown is not None:
            self._navigation.show(shown)
        self._merged = (project, report) if report.merged or report.marks else None
        headline = report_headline(report)
        if stopped:
            headline = self.tr("The merge was stopped. {done}").format(done=headline)
        self.notice.report(headline, report_details(report), report.name, self._merged is not None)

    # --- taking it back ------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take labels and marks back, in each image where nothing was changed since; images and classes stay."""
        if self._merged is None or self._merged[0] is not self._session.document.project:
            return
        (_, report), self._merged = self._merged, None
        self.notice.withdraw()
        marks = self._session.records.marks
        taken = [key for key, mark in report.marks.items() if marks.of(key) == mark]
        empty: dict[str, object] = {"flagged": False, "note": "", "verdict": _no_verdict()}
        marks.set_all(dict.fromkeys(taken, empty))
        self._session.document.settle()
        run = ImagesRun(
            self._session,
            report.merged,
            self.tr("Undo “{name}”").format(name=report.name),
            *taking_back(self._session.document, report.name),
            self,
        )
        run.failed.connect(self.error)
        run.ended.connect(lambda: self._tell_undone(run))
        self.job_started.emit(run)
        run.start()

    def _tell_undone(self, run: ImagesRun) -> None:
        text = self.tr("Images that are as they were before: {count}.").format(count=len(run.changed))
        if run.skipped:
            text += " " + self.tr("Changed since, and therefore not: {left}.").format(left=len(run.skipped))
            self.notice.report(text, run.skipped, "", can_undo=False)
        else:
            self.message.emit(text)


def _no_verdict() -> object:
    from segcore.project.marks import Verdict

    return Verdict.NONE


def _plan(project: Project, path: Path) -> Task[tuple[OtherProject, MergePlan]]:
    from segcore.project.merge_plan import plan_merge
    from segcore.project.other_project import open_other

    other = yield from open_other(path)
    try:
        return other, (yield from plan_merge(project, other.project))
    except BaseException:
        other.close()
        raise


def _merge(
    project: Project, other: Project, choices: MergeChoices, same: SameImages, report: MergeReport
) -> Task[MergeReport]:
    from segcore.project.merging import merge

    return merge(project, other, choices, same, report)
