"""VersionReport: writes the HTML report of a version in the background, then opens it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.document.session import Session
from app.jobs.job import Job

if TYPE_CHECKING:
    from segcore.progress import Task
    from segcore.project.project import Project

LANE = "learn"
"""Beside predictions: a report takes as long as measuring two models."""


class VersionReport(QObject):
    """One report at a time; another wish waits in the lane."""

    message = Signal(str)
    error = Signal(Exception)
    written = Signal(object)  # Path of the report

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.written.connect(self._open)

    def make(self, checkpoint: Path) -> Job | None:
        """Write the report of a version of the open project; None when no project is open."""
        project = self._session.document.project
        if project is None:
            self.message.emit(self.tr("Open a project first."))
            return None
        device = str(self._session.settings["device"])
        title = self.tr("Report of {name}").format(name=checkpoint.stem)
        job = self._session.jobs.submit(LANE, partial(_report, project, checkpoint.name, device), title)
        job.succeeded.connect(self.written)
        job.failed.connect(self.error)
        self.message.emit(self.tr("The report is being written; it opens in your browser when it is there."))
        return job

    def _open(self, path: Path) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.message.emit(self.tr("The report is {path}.").format(path=path))
        else:
            self.message.emit(self.tr("The report is {path}; open it in a browser.").format(path=path))


def _report(project: Project, name: str, device: str) -> Task[Path]:
    from segcore.report.report import write_report

    return (yield from write_report(project, version=name, device=device))
