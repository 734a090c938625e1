"""FollowingDialog: a dialog that stays open while what it asked for is done."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QPushButton, QWidget

from app.jobs.job import Job
from segcore.progress import Progress

STEPS = 1000


class FollowingDialog(QDialog):
    """Shows how far its job is and keeps the person from everything else; Cancel stops the job, then the dialog.

    Attributes
    ----------
    bar, buttons : QProgressBar, QDialogButtonBox
        To be put into the layout. The buttons are Cancel and what is added.
    asked : tuple[QWidget, ...]
        What cannot be changed while a job runs.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.asked: tuple[QWidget, ...] = ()
        self._job: Job | None = None
        self._last = True
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.rejected.connect(self.reject)
        self.cancel_button: QPushButton = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button.setIcon(QIcon())  # icons of the desktop clash with the theme
        self.cancel_button.setAutoDefault(False)

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._job is not None

    def follow(self, job: Job, last: bool = True) -> None:
        """Show how far a job is; Cancel stops it. The dialog closes after the ``last`` one."""
        self._job, self._last = job, last
        for widget in self.asked:
            widget.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        job.progressed.connect(self._move)
        for end in (job.succeeded, job.failed, job.cancelled):
            end.connect(self._end)

    def reject(self) -> None:
        """Close the dialog, or stop what runs."""
        if self._job is None:
            super().reject()
        else:
            self.cancel_button.setEnabled(False)
            self._job.cancel()

    def has_ended(self, stopped: bool) -> None:
        """Be told that a job has ended, and whether by Cancel; for those that ask on."""

    def _move(self, step: Progress) -> None:
        if step.total > 0:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(round(step.fraction * STEPS))

    def _end(self, _result: object = None) -> None:
        stopped = self._job is not None and self._job.cancelling
        self._job = None
        self.bar.hide()
        for widget in (*self.asked, self.cancel_button):
            widget.setEnabled(True)
        self.has_ended(stopped)
        if self._last:
            self.accept()
