"""HistoryWiring: keeps versions of the labels, and shows the history of the open image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.document.session import Session
from app.document.versioning import Versioning
from app.window.actions import Actions
from app.window.dialogs import bring_up

if TYPE_CHECKING:
    from app.window.history_dialog import HistoryDialog


class HistoryWiring(QObject):
    """The dialog is made when it is first wanted."""

    error = Signal(Exception)
    message = Signal(str)
    compare_wanted = Signal(str)
    """Show this version of the open image, named by its stem, beside the labels."""

    def __init__(self, session: Session, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.versioning = Versioning(session, self)
        self.dialog: HistoryDialog | None = None
        actions["history"].triggered.connect(lambda: self.show_dialog())

    def show_dialog(self) -> None:
        """Show the dialog, which leaves the window usable."""
        from app.window.history_dialog import HistoryDialog

        if self.dialog is None:
            self.dialog = HistoryDialog(self._session, self.versioning, self._window)
            self.dialog.error.connect(self.error)
            self.dialog.message.connect(self.message)
            self.dialog.compare_wanted.connect(self.compare_wanted)
        bring_up(self.dialog)
