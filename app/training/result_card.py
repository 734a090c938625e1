"""ResultCard: before and after in large figures, and the choice between the two."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.training.training_outcome import TrainingOutcome


class ResultCard(QFrame):
    """Hidden until `present`; `decide` takes the choice away again."""

    used = Signal()
    kept = Signal()
    details = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.undecided = False
        self.caption, self.headline, self.verdict = plain_label(), plain_label(), plain_label()
        self.caption.setProperty("role", "muted")
        self.headline.setProperty("role", "title")
        for label in (self.caption, self.verdict):
            label.setWordWrap(True)
        self.use_button = QPushButton(self.tr("Use new version"))
        self.use_button.setToolTip(self.tr("Predict with it from now on; going back is one click in the model panel"))
        self.keep_button = QPushButton(self.tr("Keep current"))
        self.keep_button.setToolTip(self.tr("Stay with the model in use; the new version stays in the model list"))
        self.details_button = QPushButton(self.tr("Per class and confusion matrix…"))
        self.details_button.setFlat(True)
        self.use_button.clicked.connect(self.used)
        self.keep_button.clicked.connect(self.kept)
        self.details_button.clicked.connect(self.details)
        buttons = QGridLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.use_button, 0, 0)
        buttons.addWidget(self.keep_button, 1, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        for widget in (self.caption, self.headline, self.verdict):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self.details_button)
        self.hide()

    def present(self, outcome: TrainingOutcome, held_out: int) -> None:
        """Show an outcome and ask; the better choice is the emphasised one.

        ``held_out`` is the number of held-out images, 0 when parts of a single one were held out.
        """
        self.undecided = True
        self.caption.setText(
            self.tr("Mean IoU, held-out images: {count}").format(count=held_out)
            if held_out
            else self.tr("Mean IoU, held-out part of the image")
        )
        self.headline.setText(outcome.headline)
        self.verdict.setText(outcome.verdict)
        for button, emphasised in ((self.use_button, outcome.better), (self.keep_button, not outcome.better)):
            button.setProperty("primary", emphasised)
            button.style().unpolish(button)
            button.style().polish(button)
            button.show()
        self.details_button.setEnabled(outcome.after is not None)
        self.show()

    def decide(self, text: str) -> None:
        """Say what was chosen and hide the choice."""
        self.undecided = False
        self.verdict.setText(text)
        self.use_button.hide()
        self.keep_button.hide()
