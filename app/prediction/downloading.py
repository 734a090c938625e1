"""Downloading: asks before published weights are fetched, with their address and size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from app.appearance.plain_text import plain_question
from segcore.errors import DownloadNeededError
from segcore.models.consent import agree

WIDEST = 640
"""Pixels of an address in one line."""


class Downloading(QObject):
    """Asks once for each file, until the person asks for a model again."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._declined: set[str] = set()
        self.question: QMessageBox | None = None

    def ask_again(self) -> None:
        """Ask also for what was declined: the person wants it now."""
        self._declined.clear()

    def ask(self, needed: DownloadNeededError, then: Callable[[], object]) -> bool:
        """Ask, and do ``then`` after a yes; return False when this file was declined."""
        if needed.url in self._declined:
            return False
        if self.question is not None:
            return True
        size = self.tr("{size} MB").format(size=f"{needed.megabytes:.1f}") if needed.megabytes else self.tr("unknown")
        box = plain_question(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Download weights"))
        box.setText(self.tr("The weights of this model are not on this machine."))
        facts = self.tr("Address: {address}\nSize: {size}\nFolder: {folder}").format(
            address=needed.url, size=size, folder=needed.target.parent
        )
        box.setInformativeText(facts)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # to fetch it on another machine
        label = box.findChild(QLabel, "qt_msgbox_informativelabel")
        if label is not None:  # an address that is broken at its slashes is hard to read
            longest = max(map(label.fontMetrics().horizontalAdvance, facts.splitlines()))
            label.setMinimumWidth(min(longest + 2, WIDEST))
        download = box.addButton(self.tr("Download"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.finished.connect(lambda _: self._answered(needed, box.clickedButton() is download, then))
        self.question = box
        box.open()
        return True

    def _answered(self, needed: DownloadNeededError, yes: bool, then: Callable[[], object]) -> None:
        self.question = None
        if yes:
            agree(needed.url)
            then()
        else:
            self._declined.add(needed.url)
