"""JobBar: one line for a running job: what it does, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.appearance.plain_text import as_tip, plain_label, plain_line
from app.jobs.job import Job
from app.language.engine_texts import translated
from segcore.progress import Progress

STEPS = 1000


class JobBar(QWidget):
    """Hidden until `watch` is called, and again when the job ends.

    ``cancel_tip`` says what cancelling leaves behind.
    """

    def __init__(self, cancel_tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.label, self.left = plain_line(elide=Qt.TextElideMode.ElideMiddle), plain_label()
        for label in (self.label, self.left):
            label.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.button = QPushButton(self.tr("Cancel"))
        self.button.setToolTip(as_tip(cancel_tip or self.tr("Stop this; what is finished stays")))
        self.button.clicked.connect(self.cancel)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.addWidget(self.bar, 0, 0, 1, 2, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.button, 0, 2)
        words = QHBoxLayout()  # below the button, too: the bar and the words end at different places
        words.addWidget(self.label, 1)
        words.addWidget(self.left)
        layout.addLayout(words, 1, 0, 1, 3)
        layout.setColumnStretch(0, 1)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a job is being shown."""
        return self._job is not None

    def watch(self, job: Job | None) -> None:
        """Show this job until it ends; it takes the place of one shown before."""
        if job is None or job.finished:
            return
        self._job = job
        job.progressed.connect(lambda _, moved=job: self._on_progress(moved))
        job.ended.connect(lambda ended=job: self._on_end(ended))
        self._show(job)
        self.show()

    def cancel(self) -> None:
        """Cancel the job that is shown."""
        if self._job is not None:
            self._job.cancel()
        if self._job is not None:  # it may have ended at once
            self._show(self._job)

    def _on_progress(self, job: Job) -> None:
        if job is self._job:
            self._show(job)

    def _on_end(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.hide()

    def _show(self, job: Job) -> None:
        step = job.progress or Progress(0, 0)
        self.bar.setRange(0, STEPS if step.total > 0 else 0)
        self.bar.setValue(round(step.fraction * STEPS))
        self.button.setEnabled(not job.cancelling)
        text = self.tr("Stopping …") if job.cancelling else translated(step.message) or job.title
        seconds = None if job.cancelling else job.seconds_left
        self.left.setText("" if seconds is None else self.tr("{left} left").format(left=duration(seconds)))
        self.label.setToolTip(as_tip(text))
        self.label.setText(text)


def duration(seconds: float) -> str:
    """Return ``1:05`` or ``45 s`` for a number of seconds."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole >= 60 else f"{whole} s"
