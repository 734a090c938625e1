"""HelpWiring: the entries of the menu Help that open something outside the window, or tell about the program."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.jobs.job_runner import JobRunner
from app.window.actions import Actions
from app.window.centre import Centre
from app.window.crash_notice import CrashNotice
from app.window.log_file import log_file, log_folder


class HelpWiring(QObject):
    """The documentation; log folder; version; the report for a bug, which the window offers after a crash, too."""

    def __init__(self, window: QWidget, actions: Actions, jobs: JobRunner, document: Document, centre: Centre) -> None:
        super().__init__(window)
        self._window, self._jobs, self._document = window, jobs, document
        self._crashed: list[Path] = []
        self.crash_notice = CrashNotice()
        centre.add_notice(self.crash_notice)
        actions["pages"].triggered.connect(lambda: self.show_pages())
        actions["log"].triggered.connect(lambda: self._open_log())
        actions["about"].triggered.connect(lambda: self.show_about())
        actions["report_bug"].triggered.connect(lambda: self.show_report())
        centre.banner.report_wanted.connect(self.show_report)
        self.crash_notice.wanted.connect(self.show_report)
        self.crash_notice.dismissed.connect(self._forget)

    def offer_report(self, crashed: Sequence[Path]) -> None:
        """Say that the window stopped unexpectedly last time, if it did; ``crashed``: see `crash_log.crashes`."""
        self._crashed = list(crashed)
        if crashed:
            self.crash_notice.tell()

    def show_report(self) -> None:
        """Show the text of a bug report."""
        from app.window.report_dialog import ReportDialog
        from app.window.report_text import bug_report

        project = self._document.project
        text = partial(bug_report, None if project is None else project.root, tuple(self._crashed), log_file())
        dialog = ReportDialog(self._jobs, text, self._window)
        dialog.saved.connect(lambda _: self.crash_notice.withdraw())
        dialog.show()

    def show_pages(self) -> None:
        """Show the pages of the documentation."""
        from app.window.pages_dialog import PagesDialog

        PagesDialog(self._window).show()

    def show_about(self) -> None:
        """Show the version and what the program runs on."""
        from app.window.about_dialog import AboutDialog

        AboutDialog(self._window).open()

    def _forget(self) -> None:
        """Remove what crashes left, which the person has reported or dismissed."""
        for path in self._crashed:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._crashed = []

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))
