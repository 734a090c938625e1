"""Exporting: asks for formats and folder, exports on the io lane, shows the report."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.document.image_state import ImageState
from app.document.session import Session
from app.formats.report_notice import ReportNotice
from app.formats.report_text import export_text

if TYPE_CHECKING:
    from app.formats.export_dialog import ExportDialog, ExportOrder, ImageCounts
    from segcore.formats.export_report import ExportReport
    from segcore.progress import Task
    from segcore.project.project import Project


PLACES = 20
"""For how many projects the export folder is remembered: each project has its own."""


class Exporting(QObject):
    """One export after the other."""

    error = Signal(Exception)
    exported = Signal(object)
    """ExportReport."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.notice = ReportNotice(self.tr("Left out"))
        session.document.project_changed.connect(self.notice.withdraw)
        session.document.image_changed.connect(self._import_formats)

    def ask(self) -> ExportDialog | None:
        """Return the dialog, which opens in the next turn; None without a project."""
        project = self._session.document.project
        if project is None:
            return None
        from app.formats.export_dialog import ExportDialog  # only now: the window must be seen soon

        settings = self._session.settings
        formats = tuple(name for name in settings["export.format"].split(",") if name)
        beside = project.root.parent / f"{project.name}-export"
        out = Path(settings["export.folders"].get(str(project.root), beside))
        dialog = ExportDialog(formats, out, self._window, self._counts())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(self.export)
        QTimer.singleShot(0, dialog, dialog.open)  # made in one turn, styled in the next: together they take 40 ms
        return dialog

    def _counts(self) -> ImageCounts | None:
        """Return what is known of the images; None while their records are still being read."""
        from app.formats.export_dialog import ImageCounts

        records = self._session.records
        if records.expected:
            return None
        return ImageCounts(records.corrected, records.count(ImageState.PREDICTED), records.count())

    def _import_formats(self) -> None:
        """Import what the dialog needs, so that opening it does not: 0.13 s. On the lane that imports torch.

        Two lanes that load libraries at the same time hold the window up, see `torch_preload.py`.
        """
        document = self._session.document
        if document.image is not None:
            document.image_changed.disconnect(self._import_formats)
            self._session.jobs.submit("device", partial(import_module, "segcore.formats.registry"), quiet=True)

    def export(self, order: ExportOrder) -> None:
        """Export in the background."""
        project, settings = self._session.document.project, self._session.settings
        if project is None:
            return
        settings["export.format"] = ",".join(order.formats)
        known = {**settings["export.folders"], str(project.root): str(order.out)}
        settings["export.folders"] = dict(list(known.items())[-PLACES:])
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(_export, project, order), self.tr("Export labels"))
        job.succeeded.connect(self._report)
        job.failed.connect(self.error)

    def _report(self, report: ExportReport) -> None:
        self.notice.tell(export_text(report), Path(report.out))
        self.exported.emit(report)


def _export(project: Project, order: ExportOrder) -> Task[ExportReport]:
    from segcore.formats.export import export_project

    return export_project(project, order.formats, order.out, order.options)
