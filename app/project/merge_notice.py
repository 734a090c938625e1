"""MergeNotice: what a merge of two projects did, above the image, with a button that takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.appearance.notice_details import NoticeDetails
from app.appearance.undo_notice import UndoNotice


class MergeNotice(UndoNotice):
    """Hidden until `report`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.undo_button.setToolTip(self.tr("Take back labels and marks; new classes and copied images stay"))
        self.close_button.setToolTip(self.tr("Dismiss; the merge stays"))
        self.details = NoticeDetails(self, self.tr("Report"))

    def report(self, headline: str, lines: Sequence[str], name: str, can_undo: bool) -> None:
        """Say what was done; ``name``: what the undo history calls it."""
        self.details.fill(lines)
        self.undo_button.setVisible(can_undo)
        if can_undo:
            self.tell(headline, name)
        else:
            self.say(headline)
