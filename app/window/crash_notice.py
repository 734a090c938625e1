"""CrashNotice: says that the window stopped unexpectedly last time, and offers a report."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice


class CrashNotice(Notice):
    """Hidden until `tell`."""

    wanted = Signal()
    """The person wants to see the report."""
    dismissed = Signal()
    """The person has saved the report, or does not want it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.report_button = self.add_button(
            self.tr("Show report…"), self.tr("Make a text for a bug report; nothing is sent")
        )
        self.report_button.clicked.connect(self.wanted)
        self.close_button.setToolTip(self.tr("Dismiss, and remove what was noted of it"))

    def tell(self) -> None:
        """Say it."""
        self.say(self.tr("Maskwright stopped unexpectedly last time. Your labels are saved."))

    def withdraw(self) -> None:
        """Hide it; it is not said again."""
        super().withdraw()
        self.dismissed.emit()
