"""ResultNotice: a line above the image that says a training has ended while its card is out of sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.appearance.plain_text import plain_label
from app.training.training_panel import TrainingPanel


class ResultNotice(QFrame):
    """Hidden until `tell`; stays until the person opens the card, decides, or dismisses it."""

    wanted = Signal()
    """The person wants to see the card."""

    def __init__(self, panel: TrainingPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "hint")
        self.label = plain_label()
        self.label.setWordWrap(True)
        self.button = QPushButton(self.tr("Show result"))
        self.button.setToolTip(self.tr("Compare the new version with the model in use, then choose one"))
        self.back_button = QPushButton(self.tr("Go back"))
        self.back_button.setToolTip(self.tr("Use the model from before again; the new version stays in the model list"))
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(self.tr("Dismiss; the result stays in the Train tab"))
        self.close_button.setAccessibleName(self.tr("Dismiss message"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.back_button)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button)
        self._panel = panel
        self.back_button.clicked.connect(panel.promotion.go_back)
        self.back_button.clicked.connect(self.hide)
        self.button.clicked.connect(self.wanted)
        self.close_button.clicked.connect(self.hide)
        panel.finished_unseen.connect(self.tell)
        panel.card_settled.connect(self.hide)
        self.hide()

    def tell(self, text: str) -> None:
        """Say how the training ended."""
        self.label.setText(text)
        self.back_button.setVisible(self._panel.result.choice == "used")
        self.show()
