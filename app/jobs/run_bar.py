"""RunBar: progress of a training process, the time left, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.jobs.job_bar import STEPS, duration
from segcore.progress import Progress


class RunBar(QWidget):
    """Shown between `begin` and `end`."""

    cancelled = Signal()  # the person asks for it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.what, self.left = plain_label(), plain_label()
        self.what.setMinimumWidth(1)
        self.left.setProperty("role", "muted")
        self.button = QPushButton(self.tr("Cancel"))
        self.button.setToolTip(self.tr("Stop training; the model in use stays as it is"))
        self.button.clicked.connect(self._cancel)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.addWidget(self.what, 0, 0)
        layout.addWidget(self.left, 0, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.bar, 1, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.button, 1, 1)
        layout.setColumnStretch(0, 1)
        self.hide()

    def begin(self, text: str) -> None:
        """Show an unknown amount of work."""
        self.bar.setRange(0, 0)
        self._say(text)
        self.left.clear()
        self.button.setEnabled(True)
        self.show()

    def show_progress(self, step: Progress) -> None:
        """Show how far it is; ``seconds_left`` comes from the process itself."""
        if step.total > 0:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(round(step.fraction * STEPS))
        else:
            self.bar.setRange(0, 0)
        if self.button.isEnabled():
            self._say(step.message)
        left = step.detail.get("seconds_left")
        self.left.setText(self.tr("{left} left").format(left=duration(left)) if isinstance(left, int | float) else "")

    def end(self) -> None:
        """Hide."""
        self.hide()

    def _cancel(self) -> None:
        self.button.setEnabled(False)
        self._say(self.tr("Stopping …"))
        self.cancelled.emit()

    def _say(self, text: str) -> None:
        room = max(120, self.width() - 90)
        self.what.setText(self.what.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.what.setToolTip(as_tip(text))
