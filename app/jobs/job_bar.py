"""JobBar: one line for a running job: what it does, how far it is, and a way to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.jobs.job_runner import Job
from segcore.progress import Progress

STEPS = 1000
ESTIMATE_AFTER = 0.02
"""Share done before a time left is shown; earlier it would only jump about."""


class JobBar(QWidget):
    """Hidden until `watch` is called, and again when the job ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._began = 0.0
        self.label = plain_label()
        self.label.setProperty("role", "muted")
        self.label.setMinimumWidth(1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.button = QPushButton(self.tr("Cancel"))
        self.button.setToolTip(self.tr("Stop this; what is finished stays"))
        self.button.clicked.connect(self.cancel)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.label)
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
        self._began = time.monotonic()
        self.bar.setRange(0, 0)
        self._say(job.title)
        self.button.setEnabled(True)
        for signal in (job.succeeded, job.failed):
            signal.connect(lambda _, ended=job: self._end(ended))
        job.cancelled.connect(lambda ended=job: self._end(ended))
        job.progressed.connect(lambda step, moved=job: self._move(moved, step))
        self.show()

    def cancel(self) -> None:
        """Cancel the job that is shown."""
        if self._job is not None:
            self.button.setEnabled(False)
            self._say(self.tr("Stopping …"))
            self._job.cancel()

    def _move(self, job: Job, step: Progress) -> None:
        if job is not self._job:
            return
        if step.total > 0:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(round(step.fraction * STEPS))
        else:
            self.bar.setRange(0, 0)
            self._began = time.monotonic()
        elapsed = time.monotonic() - self._began
        text = step.message or job.title
        if step.fraction > ESTIMATE_AFTER and elapsed > 1.0:
            left = elapsed * (1 - step.fraction) / step.fraction
            text = self.tr("{left} left · {what}").format(left=duration(left), what=text)
        self._say(text)

    def _say(self, text: str) -> None:
        width = max(120, self.width() - 4)
        self.label.setText(self.label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width))
        self.label.setToolTip(as_tip(text))

    def _end(self, job: QObject) -> None:
        if job is self._job:
            self._job = None
            self.hide()


def duration(seconds: float) -> str:
    """Return ``1:05`` or ``45 s`` for a number of seconds."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole >= 60 else f"{whole} s"
