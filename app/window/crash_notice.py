"""CrashNotice: says that the window stopped unexpectedly last time, and offers a report."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice


class CrashNotice(Notice):
    """Hidden until `tell`."""

    wanted = Signal()
    """The person wants to see the report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.report_button = self.add_button(
            self.tr("Show report…"), self.tr("Make a text for a bug report; nothing is sent")
        )
        self.report_button.clicked.connect(self.wanted)
        self.close_button.setToolTip(self.tr("Dismiss; the report in the menu Help still tells of it"))

    def tell(self) -> None:
        """Say it."""
        happened = self.tr("Maskwright stopped unexpectedly last time.")
        known = self.tr("Labels are saved about a second after each stroke: look at the image that was open.")
        self.say(f"{happened} {known}")
