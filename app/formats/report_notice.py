"""ReportNotice: what an export or import did, and what was left out, above the image."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.appearance.notice import Notice

LINES = 6
"""Of the list, before it scrolls."""


class ReportNotice(Notice):
    """Says the first line of a summary; a button shows the others as a list, and another one opens the folder.

    Parameters
    ----------
    left_out : str
        What the list holds, for its button.
    """

    def __init__(self, left_out: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Dismiss"), parent)
        self._left_out = left_out
        self._folder: Path | None = None
        self.folder_button = self.add_button(self.tr("Open folder"), self.tr("Show the exported files"))
        self.folder_button.clicked.connect(self._open_folder)
        self.details_button = self.add_button(left_out)
        self.details_button.setCheckable(True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName(left_out)
        self.details.setFixedHeight((LINES + 1) * self.details.fontMetrics().lineSpacing())
        self.details.hide()
        self.details_button.toggled.connect(self.details.setVisible)
        self.column.addWidget(self.details)

    def tell(self, summary: str, folder: Path | None = None) -> None:
        """Show a headline, and one line for each thing that was left out; ``folder``: where the files are."""
        headline, _, rest = summary.partition("\n")
        lines = [line.strip() for line in rest.split("\n") if line.strip()]
        self._folder = folder
        self.folder_button.setVisible(folder is not None)
        self.details.setPlainText("\n".join(lines))
        self.details_button.setText(f"{self._left_out} ({len(lines)})")
        self.details_button.setVisible(bool(lines))
        self.details_button.setChecked(False)
        self.say(headline)

    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
