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
from app.window.crash_log import note_seen, seen
from app.window.crash_notice import CrashNotice
from app.window.log_file import log_file, log_folder


class HelpWiring(QObject):
    """The documentation; log folder; version; the report for a bug, which the window offers after a crash, too."""

    def __init__(self, window: QWidget, actions: Actions, jobs: JobRunner, document: Document, centre: Centre) -> None:
        super().__init__(window)
        self._window, self._jobs, self._document = window, jobs, document
        self.crash_notice = CrashNotice()
        centre.add_notice(self.crash_notice)
        actions["pages"].triggered.connect(lambda: self.show_pages())
        actions["log"].triggered.connect(lambda: self._open_log())
        actions["about"].triggered.connect(lambda: self.show_about())
        actions["report_bug"].triggered.connect(lambda: self.show_report())
        centre.banner.report_wanted.connect(self.show_report)
        self.crash_notice.wanted.connect(self.show_report)

    def offer_report(self, crashed: Sequence[Path]) -> None:
        """Say once that the window stopped unexpectedly, if it did; ``crashed``: see `crash_log.crashes`."""
        if crashed:
            self.crash_notice.tell()
            note_seen(crashed)

    def show_report(self) -> None:
        """Show the text of a bug report."""
        from app.window.report_dialog import ReportDialog
        from app.window.report_text import bug_report

        project = self._document.project
        crashed = seen(log_folder())
        text = partial(bug_report, None if project is None else project.root, tuple(crashed), log_file())
        dialog = ReportDialog(self._jobs, text, self._window)
        dialog.saved.connect(lambda _: self._reported(crashed))
        dialog.show()

    def show_pages(self) -> None:
        """Show the pages of the documentation."""
        from app.window.pages_dialog import PagesDialog

        PagesDialog(self._window).show()

    def show_about(self) -> None:
        """Show the version and what the program runs on."""
        from app.window.about_dialog import AboutDialog

        AboutDialog(self._window).open()

    def _reported(self, crashed: Sequence[Path]) -> None:
        """Remove what crashes left, which the person has saved in a report."""
        self.crash_notice.withdraw()
        for path in crashed:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))
