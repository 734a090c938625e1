"""StatusBar: where the pointer is, what is there, what runs and for how long, and whether all is saved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.jobs.job import Job
from app.language.engine_texts import translated
from segcore.progress import Progress

MESSAGE_MS = 6000
WIDEST = 190
"""View pixels of a label or a prediction; more is elided."""
SPACING = 8
"""View pixels between two facts, at most."""


class StatusBar(QStatusBar):
    """Facts on the right, the running job in the middle, short messages on the left.

    Where not all has room, some facts are left out until it has.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._jobs: list[Job] = []
        self._meanwhile = self._mentioned = ""
        self.place = self._fact(90, self.tr("Pixel under the pointer: x, y"))
        self.under = self._fact(130, self.tr("Class under the pointer, and how the pixel came to it"))
        self.predicted = self._fact(
            130, self.tr("Class that the model predicts under the pointer, and its probability")
        )
        self.color = self._fact(
            0,
            self.tr(
                "Grey value, or red, green and blue, under the pointer; while channels are shown, what the file stores"
            ),
        )
        self.zoom = self._fact(58, self.tr("Zoom"))
        self.device = self._fact(70, self.tr("Device that predicts"))
        self.complete = self._fact(
            0, self.tr("Every pixel is painted. If the labels are right, mark the image as done.")
        )
        self.complete.setText(self.tr("Complete"))
        self.complete.hide()
        self._is_complete = False
        self._fitted: list[object] = []
        """What `_fit` has seen the last time."""
        self.saved = self._fact(80, self.tr("Labels are saved automatically, within a second of a stroke"))
        self._job = QWidget()
        self._job.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
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
        facts = (self.place, self.color, self.under, self.predicted, self.zoom, self.device, self.complete, self.saved)
        self._facts: tuple[QLabel, ...] = facts
        early = (self.device, self.zoom, self.color, self.place)
        self._spare: tuple[QLabel, ...] = (*early, self.complete, self._left, self._title, self.predicted, self.under)
        """What a narrow window leaves out, in this order."""
        for widget in (self._job, *self._facts):
            self.addPermanentWidget(widget)
        self.messageChanged.connect(self._message_changed)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_job)

    def say(self, text: str) -> None:
        """Show a short message for a few seconds."""
        self.showMessage(text, MESSAGE_MS)

    def mention(self, text: str) -> None:
        """Show a short message, unless one that matters more, from `say`, is shown."""
        if self.currentMessage() in ("", self._mentioned, self._meanwhile):
            self._mentioned = text
            self.say(text)

    def say_meanwhile(self, text: str) -> None:
        """Show this whenever there is no short message; "" takes it back."""
        before, self._meanwhile = self._meanwhile, text
        if self.currentMessage() in ("", before):
            self.showMessage(text)

    def show_pointer(self, x: int, y: int, label: str, predicted: str, color: str = "") -> None:
        """Show the pixel, its label, what the model predicts there ("" without a prediction), and its colour."""
        self.place.setText(f"{x}, {y}")
        self.color.setText(color)
        for fact, text in ((self.under, label), (self.predicted, predicted)):
            fact.setText(fact.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, WIDEST))
        self._fit()

    def clear_pointer(self) -> None:
        """Show that the pointer is not over the image."""
        for fact in (self.place, self.color, self.under, self.predicted):
            fact.clear()
        self._fit()

    def show_saved(self, saved: bool, failing: bool = False) -> None:
        """Say whether everything is on disk, and whether saving fails."""
        self.saved.setText(self.tr("Saved") if saved else self.tr("Not saved") if failing else self.tr("Saving…"))

    def show_complete(self, complete: bool) -> None:
        """Say whether every pixel is painted in an image that is not done."""
        self._is_complete = complete
        self._fit()

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
            self._fit()
            return
        job = self._jobs[-1]
        step = job.progress or Progress(0, 0)
        text = self.tr("Cancelling…") if job.cancelling else job.title or translated(step.message)
        extra = len(self._jobs) - 1
        self._title.setText(f"{_short(text)}  (+{extra})" if extra else _short(text))
        self._title.setToolTip(as_tip(translated(step.message) or text))
        self._cancel.setEnabled(not job.cancelling)
        if step.total > 0:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(step.fraction * 1000))
        else:
            self._bar.setRange(0, 0)
        seconds = job.seconds_left
        self._left.setText("" if seconds is None or job.cancelling else time_left(seconds))
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Let the window become as narrow as it may: what has no room is left out."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _message_changed(self, text: str) -> None:
        if not text and self._meanwhile:
            self.showMessage(self._meanwhile)
        self._fit()

    def _fit(self) -> None:
        """Show every fact that is wanted, less those that would push others out of the window."""
        texts = [label.text() for label in (*self._facts, self._title, self._left)]
        state = [self.width(), self.font().key(), bool(self._jobs), self._is_complete, self.currentMessage(), *texts]
        if state == self._fitted:  # a job may report its progress thirty times a second
            return
        self._fitted = state
        wanted: dict[QWidget, bool] = {fact: fact is not self.complete or self._is_complete for fact in self._facts}
        wanted |= dict.fromkeys((self._title, self._left), bool(self._jobs))
        needed = sum(_width(fact) for fact, is_wanted in wanted.items() if is_wanted)
        if self._jobs:
            needed += self._bar.width() + _width(self._cancel) + 4 * SPACING
        if self.currentMessage():
            needed += self.fontMetrics().horizontalAdvance(self.currentMessage()) + 3 * SPACING
        for fact in self._spare:
            fits = needed <= self.width()
            fact.setVisible(wanted[fact] and fits)
            if wanted[fact] and not fits:
                needed -= _width(fact)

    def _fact(self, width: int, tip: str) -> QLabel:
        label = plain_label()
        label.setMinimumWidth(width)
        label.setToolTip(as_tip(tip))
        label.setContentsMargins(8, 0, 8, 0)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label


def _width(widget: QWidget) -> int:
    return max(widget.minimumWidth(), widget.sizeHint().width()) + SPACING


def time_left(seconds: float) -> str:
    """Write seconds as ``12 s left`` or ``3 min left``."""
    if seconds < 90:
        return QCoreApplication.translate("StatusBar", "{n} s left").format(n=max(1, round(seconds)))
    return QCoreApplication.translate("StatusBar", "{n} min left").format(n=round(seconds / 60))


def _short(text: str, limit: int = 42) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
