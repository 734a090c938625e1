"""Packing: asks what is packed, packs on a lane while work goes on, and shows what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice
from app.document.session import Session

if TYPE_CHECKING:
    from app.project.pack_dialog import PackDialog, PackOrder
    from segcore.progress import Task
    from segcore.project.packing import PackReport
    from segcore.project.project import Project

NAMED = 3
"""Files that could not be read which the notice names."""


class Packing(QObject):
    """Makes one zip file of the open project."""

    error = Signal(Exception)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._packed: Path | None = None
        self.notice = Notice(self.tr("Dismiss"))
        show = self.notice.add_button(self.tr("Open folder"), self.tr("Show the packed project"))
        show.clicked.connect(self._show_folder)

    def ask(self) -> PackDialog | None:
        """Open the dialog; None without a project."""
        project = self._session.document.project
        if project is None:
            return None
        from app.project.pack_dialog import PackDialog

        dialog = PackDialog(project.root.parent / f"{project.name}.maskwright.zip", self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(partial(self.pack, project))
        dialog.open()
        return dialog

    def pack(self, project: Project, order: PackOrder) -> None:
        """Pack once everything that was painted is saved; images can be opened meanwhile."""
        self._session.autosaver.flush()
        saved = self._session.jobs.submit("io", lambda: None, quiet=True)
        saved.succeeded.connect(lambda _: self._pack(project, order))

    def _pack(self, project: Project, order: PackOrder) -> None:
        job = self._session.jobs.submit("learn", partial(_task, project, order), self.tr("Pack the project"))
        job.succeeded.connect(self._report)
        job.failed.connect(self.error)

    def _report(self, report: PackReport) -> None:
        self._packed = report.path
        text = self.tr("Packed into {file} ({size} MB). Label maps: {labelled}, images: {images}.").format(
            file=report.path, size=f"{report.size / 1e6:.1f}", labelled=report.labelled, images=report.images
        )
        if report.left_out:
            names = ", ".join(report.left_out[:NAMED]) + (", …" if len(report.left_out) > NAMED else "")
            text += " " + self.tr("{n} files could not be read and are left out: {names}.").format(
                n=len(report.left_out), names=names
            )
        self.notice.say(text)

    def _show_folder(self) -> None:
        if self._packed is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._packed.parent)))


def _task(project: Project, order: PackOrder) -> Task[PackReport]:
    from segcore.project.packing import pack

    return pack(project, order.path, order.choices, overwrite=True)
