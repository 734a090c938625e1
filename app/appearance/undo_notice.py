"""UndoNotice: a line above the image that says what was done beyond it, with a button that takes it back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice


class UndoNotice(Notice):
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
        super().__init__(dismiss_tip, parent)
        self.what = ""
        self.undo_button = self.add_button(self.tr("Undo"), undo_tip)

    def tell(self, text: str, what: str) -> None:
        """Say what was done, and offer to take it back under the name ``what``."""
        self.what = what
        self.say(text)
        self.offered.emit()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        super().withdraw()
        self.withdrawn.emit()
