"""HelpWiring: the entries of the menu Help that open something outside the window, or tell about the program."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.window.actions import Actions
from app.window.log_file import log_folder


class HelpWiring(QObject):
    """The folder of the log; the version."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        actions["log"].triggered.connect(lambda: self._open_log())
        actions["about"].triggered.connect(lambda: self.show_about())

    def show_about(self) -> None:
        """Show the version and what the program runs on."""
        from app.window.about_dialog import AboutDialog

        AboutDialog(self._window).open()

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))
