"""ResultNotice: a line above the image that says a training has ended while its card is out of sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice
from app.training.training_panel import TrainingPanel


class ResultNotice(Notice):
    """Hidden until `tell`; stays until the person opens the card, decides, or dismisses it."""

    wanted = Signal()
    """The person wants to see the card."""

    def __init__(self, panel: TrainingPanel, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Dismiss; the result stays in the Train tab"), parent)
        self.back_button = self.add_button(
            self.tr("Go back"), self.tr("Use the model from before again; the new version stays in the model list")
        )
        self.button = self.add_button(
            self.tr("Show result"), self.tr("Compare the new version with the model in use, then choose one")
        )
        self._panel = panel
        self.back_button.clicked.connect(panel.promotion.go_back)
        self.back_button.clicked.connect(self.hide)
        self.button.clicked.connect(self.wanted)
        panel.finished_unseen.connect(self.tell)
        panel.card_settled.connect(self.hide)

    def tell(self, text: str) -> None:
        """Say how the training ended."""
        self.back_button.setVisible(self._panel.result.choice == "used")
        self.say(text)
