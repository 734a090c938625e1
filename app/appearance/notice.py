"""Notice: a line above the image that keeps nobody from going on, with buttons and a cross."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.appearance.folded_text import FoldedText
from app.appearance.plain_text import as_tip


class Notice(QFrame):
    """Hidden until `say`; stays until the person uses or dismisses it."""

    def __init__(self, dismiss_tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "hint")
        self.label = FoldedText()
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(as_tip(dismiss_tip))
        self.close_button.setAccessibleName(self.tr("Dismiss message"))
        self.close_button.clicked.connect(self.withdraw)
        self._row = QHBoxLayout()
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self.label.more_button)
        self._row.addWidget(self.close_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 3, 6, 3)
        self.column.addLayout(self._row)
        self.hide()

    def add_button(self, text: str, tip: str = "") -> QPushButton:
        """Return a new button, after those that are there."""
        button = QPushButton(text)
        button.setToolTip(as_tip(tip))
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def say(self, text: str) -> None:
        """Show this text."""
        self.label.setText(text)
        self.show()

    def withdraw(self) -> None:
        """Hide it, because the person wants to or because it does not hold any more."""
        self.hide()
