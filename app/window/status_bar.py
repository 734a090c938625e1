"""StatusBar: where the pointer is, what is there, what runs and how long, and that all is saved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.jobs.job import Job
from segcore.progress import Progress

MESSAGE_MS = 6000


class StatusBar(QStatusBar):
    """Facts on the right, the running job in the middle, short messages on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._jobs: list[Job] = []
        self.place = self._fact(150, self.tr("Pixel under the pointer: x, y"))
        self.under = self._fact(190, self.tr("Class under the pointer and the model's probability for it"))
        self.zoom = self._fact(58, self.tr("Zoom"))
        self.device = self._fact(70, self.tr("Device that predicts"))
        self.complete = self._fact(0, self.tr("Every pixel is painted. Mark the image as done when you agree with it."))
        self.complete.setText(self.tr("Complete"))
        self.complete.hide()
        self.saved = self._fact(80, self.tr("Your work is saved by itself, within a second of a stroke"))
        self._job = QWidget()
        self._title = plain_label()
        self._bar = QProgressBar()
        self._bar.setFixedSize(120, 6)
        self._bar.setTextVisible(False)
        self._left = plain_label()
        self._left.setProperty("role", "muted")
        self._cancel = QToolButton()
        self._cancel.setText("✕")
        self._cancel.setAutoRaise(True)
        self._cancel.setToolTip(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel the running job"))
        self._cancel.clicked.connect(self.cancel_job)
        row = QHBoxLayout(self._job)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        parts: tuple[QWidget, ...] = (self._title, self._bar, self._left, self._cancel)
        for part in parts:
            row.addWidget(part)
        self._job.hide()
        for widget in (self._job, self.place, self.under, self.zoom, self.device, self.complete, self.saved):
            self.addPermanentWidget(widget)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_job)

    def say(self, text: str) -> None:
        """Show a short message for a few seconds."""
        self.showMessage(text, MESSAGE_MS)

    def show_pointer(self, x: int, y: int, name: str, probability: float | None) -> None:
        """Show the pixel, its class name and the model's probability (0.0-1.0) of it."""
        self.place.setText(f"{x}, {y}")
        self.under.setText(name if probability is None else f"{name}  {probability:.0%}")

    def clear_pointer(self) -> None:
        """Show that the pointer is not over the image."""
        self.place.clear()
        self.under.clear()

    def show_saved(self, saved: bool, failing: bool = False) -> None:
        """Say whether everything is on disk, and whether saving fails."""
        self.saved.setText(self.tr("Saved") if saved else self.tr("Not saved") if failing else self.tr("Saving…"))

    def show_complete(self, complete: bool) -> None:
        """Say whether every pixel is painted in an image that is not done."""
        self.complete.setVisible(complete)

    def watch(self, job: Job) -> None:
        """Show a job until it ends; the latest comes first."""
        self._jobs.append(job)
        job.progressed.connect(self._show_job)
        job.ended.connect(self._drop_finished)
        if not self._tick.isActive():
            self._tick.start()
        self._show_job()

    def cancel_job(self) -> None:
        """Cancel the job that is shown."""
        if self._jobs:
            self._jobs[-1].cancel()
            self._show_job()

    def _drop_finished(self) -> None:
        self._jobs = [job for job in self._jobs if not job.finished]
        if not self._jobs:
            self._tick.stop()
        self._show_job()

    def _show_job(self) -> None:
        self._job.setVisible(bool(self._jobs))
        if not self._jobs:
            return
        job = self._jobs[-1]
        step = job.progress or Progress(0, 0)
        text = self.tr("Cancelling…") if job.cancelling else job.title or step.message
        extra = len(self._jobs) - 1
        self._title.setText(f"{_short(text)}  (+{extra})" if extra else _short(text))
        self._title.setToolTip(as_tip(step.message or text))
        self._cancel.setEnabled(not job.cancelling)
        if step.total > 0:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(step.fraction * 1000))
        else:
            self._bar.setRange(0, 0)
        seconds = job.seconds_left
        self._left.setText("" if seconds is None or job.cancelling else time_left(seconds))

    def _fact(self, width: int, tip: str) -> QLabel:
        label = plain_label()
        label.setMinimumWidth(width)
        label.setToolTip(as_tip(tip))
        label.setContentsMargins(8, 0, 8, 0)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label


def time_left(seconds: float) -> str:
    """Write seconds as ``12 s left`` or ``3 min left``."""
    if seconds < 90:
        return QCoreApplication.translate("StatusBar", "{n} s left").format(n=max(1, round(seconds)))
    return QCoreApplication.translate("StatusBar", "{n} min left").format(n=round(seconds / 60))


def _short(text: str, limit: int = 42) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
