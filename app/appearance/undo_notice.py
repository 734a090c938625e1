"""UndoNotice: a line above the image that says what was done beyond it, with a button that takes it back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label


class UndoNotice(QFrame):
    """Hidden until `tell`; stays until the person uses or dismisses it.

    Attributes
    ----------
    what : str
        Name of what can be taken back, as the menu says it after "Undo".
    """

    offered = Signal()
    """Something can be taken back from now on."""
    withdrawn = Signal()
    """It cannot any more, or the person does not want to."""

    def __init__(self, undo_tip: str, dismiss_tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = ""
        self.setProperty("role", "hint")
        self.label = plain_label()
        self.label.setWordWrap(True)
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.setToolTip(as_tip(undo_tip))
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(as_tip(dismiss_tip))
        self.close_button.setAccessibleName(self.tr("Dismiss message"))
        self.close_button.clicked.connect(self.withdraw)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.undo_button)
        layout.addWidget(self.close_button)
        self.hide()

    def tell(self, text: str, what: str) -> None:
        """Say what was done, and offer to take it back under the name ``what``."""
        self.what = what
        self.label.setText(text)
        self.show()
        self.offered.emit()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self.hide()
        self.withdrawn.emit()
