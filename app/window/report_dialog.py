"""ReportDialog: the text of a bug report, to be read, copied and saved. Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from app.appearance.low_window import low_enough
from app.appearance.plain_text import plain_label
from app.jobs.job_runner import JobRunner
from app.window.banner import words_of
from segcore.files.atomic import atomic_write_bytes
from segcore.progress import Progress, Task

LANE = "doctor"


class ReportDialog(QDialog):
    """Fills itself in a lane; the window stays usable.

    Parameters
    ----------
    jobs : JobRunner
        Runs ``report``.
    report : Callable
        Returns the task that writes the text.
    """

    saved = Signal(Path)
    """The text was written there."""

    def __init__(self, jobs: JobRunner, report: Callable[[], Task[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report for a bug"))
        self.resize(low_enough(QSize(720, 640), self))
        self._jobs = jobs
        self.note = plain_label(
            self.tr(
                "Attach this text to your bug report. Maskwright sends nothing. Names of persons, folders and files "
                "are left out where they were recognised; look through the text before you pass it on."
            )
        )
        self.note.setWordWrap(True)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("Text of the report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setPlaceholderText(self.tr("Looking at this machine…"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Looking at this machine…"))
        self.state = plain_label()
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy_button = buttons.addButton(self.tr("Copy"), role)
        self.save_button = buttons.addButton(self.tr("Save…"), role)
        for button, slot in ((self.copy_button, self.copy), (self.save_button, self.ask_place)):
            button.setEnabled(False)
            button.clicked.connect(slot)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        for widget in (self.note, self.text, self.bar, self.state, buttons):
            layout.addWidget(widget)
        self._job = jobs.submit(LANE, report, quiet=True)
        self._job.progressed.connect(self._step)
        self._job.succeeded.connect(self._fill)
        self._job.failed.connect(self._fail)
        self.finished.connect(lambda _: self._job.cancel())

    def copy(self) -> None:
        """Copy the text."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.state.setText(self.tr("Copied."))

    def ask_place(self) -> None:
        """Ask where to save the text."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"maskwright-report-{date.today():%Y-%m-%d}.txt"
        dialog = QFileDialog(self, self.tr("Save the report"), folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the text to a file."""
        job = self._jobs.submit(LANE, partial(atomic_write_bytes, path, self.text.toPlainText().encode()), quiet=True)
        job.succeeded.connect(lambda _: self._saved(path))
        job.failed.connect(self._fail)

    def _saved(self, path: Path) -> None:
        self.state.setText(self.tr("Saved as {path}.").format(path=path))
        self.saved.emit(path)

    def _step(self, step: Progress) -> None:
        self.bar.setRange(0, int(step.total))
        self.bar.setValue(int(step.done))

    def _fill(self, text: str) -> None:
        self.text.setPlainText(text)
        self.bar.hide()
        for button in (self.copy_button, self.save_button):
            button.setEnabled(True)

    def _fail(self, error: object) -> None:
        self.bar.hide()
        self.state.setText(" ".join(words_of(error)).strip())
