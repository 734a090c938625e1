"""ReportNotice: what an export or import did, and what was left out, above the image."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.appearance.notice import Notice
from app.appearance.notice_details import NoticeDetails


class ReportNotice(Notice):
    """Says the first line of a summary; a button shows the others as a list, and another one opens the folder.

    Parameters
    ----------
    left_out : str
        What the list holds, for its button.
    """

    def __init__(self, left_out: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Dismiss"), parent)
        self._folder: Path | None = None
        self.folder_button = self.add_button(self.tr("Open folder"), self.tr("Show the exported files"))
        self.folder_button.clicked.connect(self._open_folder)
        self._left_out = NoticeDetails(self, left_out)
        self.details_button, self.details = self._left_out.button, self._left_out.list

    def tell(self, summary: str, folder: Path | None = None) -> None:
        """Show a headline, and one line for each thing that was left out; ``folder``: where the files are."""
        headline, _, rest = summary.partition("\n")
        lines = [line.strip() for line in rest.split("\n") if line.strip()]
        self._folder = folder
        self.folder_button.setVisible(folder is not None)
        self._left_out.fill(lines)
        self.say(headline)

    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
