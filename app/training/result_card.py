"""ResultCard: before and after in large figures, what was decided, and the choice that is left."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.training.training_outcome import TrainingOutcome

Choice = Literal["undecided", "waiting", "used", "decided"]


class ResultCard(QFrame):
    """Hidden until `present`.

    Attributes
    ----------
    choice : Choice
        Undecided: a person may use the new version. Waiting: it is being loaded. Used: it is in use, and a person may
        go back. Decided: nothing is left to choose.
    """

    used = Signal()
    kept = Signal()
    back = Signal()
    details = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.choice: Choice = "decided"
        self.caption, self.headline, self.verdict = plain_label(), plain_label(), plain_label()
        self.notes = plain_label()
        for label in (self.caption, self.notes):
            label.setProperty("role", "muted")
        self.headline.setProperty("role", "title")
        for label in (self.caption, self.verdict, self.notes):
            label.setWordWrap(True)
        self.use_button = QPushButton(self.tr("Use new version"))
        self.use_button.setToolTip(self.tr("Predict with it from now on; you can go back at any time"))
        self.keep_button = QPushButton(self.tr("Keep current"))
        self.keep_button.setToolTip(self.tr("Stay with the model in use; the new version stays in the model list"))
        self.back_button = QPushButton(self.tr("Go back"))
        self.back_button.setToolTip(self.tr("Use the model from before again; the new version stays in the model list"))
        self.details_button = QPushButton(self.tr("What changed, class by class…"))
        self.details_button.setFlat(True)
        buttons = (
            (self.use_button, self.used),
            (self.keep_button, self.kept),
            (self.back_button, self.back),
            (self.details_button, self.details),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        for widget in (self.caption, self.headline, self.verdict, self.notes):
            layout.addWidget(widget)
        for button, signal in buttons:
            button.clicked.connect(signal)
            layout.addWidget(button)
        self.hide()

    @property
    def undecided(self) -> bool:
        """Whether a person may use the new version."""
        return self.choice == "undecided"

    def present(self, outcome: TrainingOutcome, held_out: int) -> None:
        """Show an outcome and ask; the better choice is the emphasised one.

        ``held_out`` is the number of held-out images, 0 when parts of a single one were held out.
        """
        self.caption.setText(
            self.tr("Mean IoU, held-out images: {count}").format(count=held_out)
            if held_out
            else self.tr("Mean IoU, held-out part of the image")
        )
        self.headline.setText(outcome.headline)
        self.use_button.setText(self.tr("Use new version") if outcome.better else self.tr("Use it anyway"))
        for button, emphasised in ((self.use_button, outcome.better), (self.keep_button, not outcome.better)):
            button.setProperty("primary", emphasised)
            button.style().unpolish(button)
            button.style().polish(button)
        self.details_button.setEnabled(outcome.after is not None)
        self.notes.setText(outcome.notes)
        self.notes.setVisible(bool(outcome.notes))
        self.ask(outcome.verdict)
        self.show()

    def ask(self, text: str) -> None:
        """Say why a person has to choose."""
        self._say("undecided", text)

    def wait(self, text: str) -> None:
        """Say what goes on; nothing can be chosen meanwhile."""
        self._say("waiting", text)

    def show_used(self, text: str, can_go_back: bool) -> None:
        """Say that the new version is in use."""
        self._say("used" if can_go_back else "decided", text)

    def decide(self, text: str) -> None:
        """Say what was chosen and hide the choice."""
        self._say("decided", text)

    def _say(self, choice: Choice, text: str) -> None:
        self.choice = choice
        self.verdict.setText(text)
        self.use_button.setVisible(choice == "undecided")
        self.keep_button.setVisible(choice == "undecided")
        self.back_button.setVisible(choice == "used")
