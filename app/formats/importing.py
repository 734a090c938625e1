"""Importing: label maps of other programs become labels of the open project."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.appearance.question import Question
from app.document.session import Session
from app.formats.report_notice import ReportNotice
from app.formats.report_text import import_text
from app.language.engine_texts import words
from segcore.editing import Edit, diff
from segcore.errors import MaskwrightError
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from app.formats.import_dialog import ImportDialog
    from segcore.formats.import_labels import ImportChoices, ImportReport
    from segcore.formats.import_plan import ImportPlan
    from segcore.formats.label_set import LabelSet
    from segcore.formats.new_classes import ClassesBefore, ClassesKept
    from segcore.labels.classes import ClassSet
    from segcore.progress import Task
    from segcore.project.project import Project

LOOKED_AT = 3
"""So many files of a dropped folder are read to tell label maps from photos."""


class Dropped(NamedTuple):
    """For how many images of the project something holds labels, and these where it is a zip file."""

    images: int
    unpacked: LabelSet | None = None


class OpenImage(NamedTuple):
    """The labels that are shown, and the document's revision when the import began."""

    image_id: str
    label_map: LabelMap
    revision: int


class ClassWriter(Protocol):
    """Writes class lists as the class panel does; ``settled`` follows each `change`."""

    settled: SignalInstance

    def change(self, classes: ClassSet) -> None:
        """Use these classes."""


class Importing(QObject):
    """Asks what an import is to do, and imports on the io lane.

    The open image gets its labels as one edit, which can be undone; the others get them in their files.
    """

    error = Signal(Exception)
    message = Signal(str)
    open_wanted = Signal(Path)
    """A dropped path that holds no label maps for the open project."""
    imported = Signal(object)
    """ImportReport."""
    changed = Signal()
    """Labels of images were written to their files."""
    reload_wanted = Signal()
    """The labels of the shown image have another content in their file."""

    def __init__(self, session: Session, window: QWidget, classes: ClassWriter) -> None:
        super().__init__(window)
        self._classes = classes
        self._session = session
        self._window = window
        self._expected: tuple[Path, Path] | None = None
        self.dialog: QDialog | None = None
        """What was opened last, while it is open."""
        self.notice, self.question = ReportNotice(self.tr("Not imported")), Question()
        for above in (self.notice, self.question):
            session.document.project_changed.connect(above.withdraw)

    # --- where the label maps are --------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a folder of label maps."""
        project = self._session.document.project
        if project is None:
            return
        dialog = QFileDialog(self._window, self.tr("Folder of label maps"), str(project.images.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.check(Path(path)))
        self._open(dialog)

    def choose_file(self) -> None:
        """Ask for a file of another program, or for a zip file of a whole data set."""
        project = self._session.document.project
        if project is None:
            return
        dialog = QFileDialog(self._window, self.tr("Labels of another program"), str(project.images.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = (self.tr("Labels (*.json *.zip *.xml *.parquet)"), self.tr("All files (*)"))
        dialog.setNameFilters(kinds)
        dialog.fileSelected.connect(lambda path: self.check(Path(path)))
        self._open(dialog)

    def drop(self, path: Path) -> None:
        """Ask whether a dropped folder is to be imported, when it holds label maps for the open project; or open it."""
        project = self._session.document.project
        if project is None or project.read_only:
            self.open_wanted.emit(path)
            return
        job = self._session.jobs.submit("io", partial(_look_into, project, path), self.tr("Read label maps"))
        job.succeeded.connect(partial(self._ask_dropped, path))
        job.failed.connect(lambda _: self.open_wanted.emit(path))

    def expect(self, images: Path, labels: Path) -> None:
        """Check ``labels`` as soon as the new project for the folder ``images`` is open."""
        self._expected = (Path(os.path.abspath(images)), labels)  # as `Project.images` is

    def project_opened(self) -> None:
        """Look whether labels were to be imported into the project that was just opened."""
        project = self._session.document.project
        if project is not None and self._expected is not None and project.images == self._expected[0]:
            labels, self._expected = self._expected[1], None
            QTimer.singleShot(0, self, lambda: self.check(labels))  # the first image is loaded before

    def _ask_dropped(self, path: Path, dropped: Dropped) -> None:
        count, unpacked = dropped
        if not count:
            self.open_wanted.emit(path)
            return
        text = self.tr("“{name}” holds label maps for images of this project ({n}).").format(name=path.name, n=count)
        self.question.ask(
            f"{text} {self.tr('You can import them, or open the folder as images.')}",
            (self.tr("Import labels…"), lambda: self.check(path, unpacked)),
            (self.tr("Open folder"), lambda: self.open_wanted.emit(path)),
        )

    # --- what would happen ---------------------------------------------------------------------------------------

    def check(self, folder: Path, unpacked: LabelSet | None = None) -> None:
        """Read the label maps in a folder, then show what an import would do.

        ``unpacked``: what is in it, where it is a zip file that is unpacked already.
        """
        project = self._session.document.project
        if project is None:
            return
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(_plan, project, folder, unpacked), self.tr("Read label maps"))
        job.succeeded.connect(partial(self._ask, project))
        job.failed.connect(self.error)

    def _ask(self, project: Project, plan: ImportPlan) -> None:
        from app.formats.import_dialog import ImportDialog

        if self._session.document.project is project:
            dialog = ImportDialog(plan, project.classes, self._window)
            dialog.decided.connect(lambda choices: self.start(dialog, project, plan, choices))
            self._open(dialog)

    # --- doing it ------------------------------------------------------------------------------------------------

    def start(self, dialog: ImportDialog, project: Project, plan: ImportPlan, choices: ImportChoices) -> None:
        """Import, after the new classes were added; the dialog shows how far it is."""
        from segcore.formats.new_classes import ClassesBefore, with_new_classes

        if not choices.new:
            self._begin(dialog, project, plan, choices, None)
            return
        try:
            classes, mapping = with_new_classes(project.classes, plan.values, choices.mapping, choices.new)
        except MaskwrightError as error:
            self.error.emit(error)
            return
        before = ClassesBefore(project.classes, project.class_history)
        full = replace(choices, mapping=mapping, new=frozenset())
        dialog.setEnabled(False)

        def go_on() -> None:
            dialog.setEnabled(True)
            if project.classes == classes and self._session.document.project is project:
                self._begin(dialog, project, plan, full, before)

        self._classes.settled.connect(go_on, Qt.ConnectionType.SingleShotConnection)
        self._classes.change(classes)

    def _begin(
        self,
        dialog: ImportDialog,
        project: Project,
        plan: ImportPlan,
        choices: ImportChoices,
        before: ClassesBefore | None,
    ) -> None:
        from segcore.formats.new_classes import ClassesKept

        document = self._session.document
        self._session.autosaver.flush()
        shown = None
        if document.image_id in plan.names and document.label_map is not None:
            shown = OpenImage(document.image_id, document.label_map, document.revision)
        name, kept = self.tr("Import labels"), ClassesKept(project, before)
        task = partial(_import, project, plan, replace(choices, name=name), shown, name, kept)
        job = self._session.jobs.submit("io", task, name, quiet=True)
        for end in (job.succeeded, job.failed):
            end.connect(lambda *_: self._show_classes(project))
        job.cancelled.connect(partial(self._give_back, project, kept))
        job.succeeded.connect(lambda result: self._finish(project, plan, choices, shown, *result))
        job.failed.connect(self._failed)
        job.cancelled.connect(self._stopped)
        dialog.follow(job)

    def _give_back(self, project: Project, kept: ClassesKept) -> None:
        """Do what the import does at its end: it may have been cancelled before it began."""
        job = self._session.jobs.submit("save", kept.give_back, quiet=True)
        job.succeeded.connect(lambda _: self._show_classes(project))
        job.failed.connect(self.error)

    def _show_classes(self, project: Project) -> None:
        """Show the class list of the project again where the import gave it back."""
        document = self._session.document
        if document.project is project and document.classes != project.classes:
            document.set_classes(project.classes)

    def _finish(
        self,
        project: Project,
        plan: ImportPlan,
        choices: ImportChoices,
        shown: OpenImage | None,
        report: ImportReport,
        edit: Edit | None,
    ) -> None:
        document = self._session.document
        if document.image_id in report.imported and (shown is None or document.image_id != shown.image_id):
            self.reload_wanted.emit()  # it was opened while its file was read
        if shown is not None and edit is not None and not document.apply(edit, shown.revision):
            others = frozenset(plan.names) - {shown.image_id}
            later = partial(_import_files, project, plan, choices, others)
            self._session.jobs.submit("io", later, quiet=True).failed.connect(self.error)
        self._report(report)

    def _report(self, report: ImportReport) -> None:
        self.changed.emit()
        self.imported.emit(report)
        self.notice.tell(import_text(report))

    def _failed(self, error: Exception) -> None:
        self.error.emit(error)
        self._stopped()

    def _stopped(self) -> None:
        self.message.emit(self.tr("The import was stopped. Images that it had reached keep their new labels."))
        self.changed.emit()

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.finished.connect(partial(self._closed, dialog))
        QTimer.singleShot(0, dialog, dialog.open)  # made in one turn, styled in the next: together they take 40 ms

    def _closed(self, dialog: QDialog, _result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None


# --- on the lane -----------------------------------------------------------------------------------------------------


def _look_into(project: Project, path: Path) -> Task[Dropped]:
    """Return for how many images of the project a folder or file holds labels; none for photos or a project."""
    from segcore.formats.open_labels import read_labels, recognised
    from segcore.formats.unpacking import is_zip
    from segcore.project.pack_layout import is_packed
    from segcore.project.project_file import is_project
    from segcore.project.project_places import existing_project_for

    if is_project(path) or is_packed(path) or not (path.is_dir() or is_zip(path) or recognised(path) is not None):
        return Dropped(0)
    if path.is_dir() and existing_project_for(path) is not None:
        return Dropped(0)
    label_set = yield from read_labels(path)
    names = label_set.match(project.images, project.image_ids()).names
    for image_id, name in list(names.items())[:LOOKED_AT]:
        try:
            label_set.contents(name, project.size(image_id))
        except MaskwrightError:
            continue
        return Dropped(len(names), None if label_set.unpacked is None else label_set)
    return Dropped(0)


def _plan(project: Project, folder: Path, unpacked: LabelSet | None) -> Task[ImportPlan]:
    from segcore.formats.import_plan import plan_import

    return plan_import(project, folder, label_set=unpacked)


def _import(
    project: Project,
    plan: ImportPlan,
    choices: ImportChoices,
    shown: OpenImage | None,
    name: str,
    kept: ClassesKept,
) -> Task[tuple[ImportReport, Edit | None]]:
    """Import into the files of all images but the shown one; return the edit for that."""
    from segcore.formats.import_labels import import_labels

    with kept as written:
        left_out = () if shown is None else (shown.image_id,)
        report = yield from import_labels(project, plan, choices, left_out, written)
        if shown is None:
            return report, None
        report, edit = _edit_of(plan, choices, shown, name, report)
        if edit is not None:
            written.append(shown.image_id)
        return report, edit


def _edit_of(
    plan: ImportPlan, choices: ImportChoices, shown: OpenImage, name: str, report: ImportReport
) -> tuple[ImportReport, Edit | None]:
    """Return the edit for the shown image, and the report with it."""
    from segcore.formats.import_labels import imported
    from segcore.formats.import_plan import Skipped

    # A copy, for painting goes on in the original; what changes meanwhile is kept by `Document.apply`.
    before = LabelMap(shown.label_map.labels.copy(), shown.label_map.provenance.copy())
    problems = list(report.problems)
    try:
        edit = diff(before, imported(plan, choices, shown.image_id, before, problems), name)
    except MaskwrightError as error:
        return replace(report, skipped=(*report.skipped, Skipped(shown.image_id, words(error)))), None
    report = replace(report, problems=tuple(problems))
    if edit.is_empty:
        return replace(report, unchanged=(*report.unchanged, shown.image_id)), None
    return replace(report, imported=(*report.imported, shown.image_id)), edit


def _import_files(
    project: Project, plan: ImportPlan, choices: ImportChoices, leave_out: frozenset[str]
) -> Task[ImportReport]:
    from segcore.formats.import_labels import import_labels

    return import_labels(project, plan, choices, leave_out)
