"""ReportDialog: what an export or import did, and what was left out."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.appearance.plain_text import as_title, plain_label


class ReportDialog(QDialog):
    """Shows the first line of a summary as a headline and the others as a list.

    Parameters
    ----------
    title : str
        Of the window.
    summary : str
        A headline, then one line for each thing that was left out.
    left_out : str
        The caption of these lines.
    """

    def __init__(self, title: str, summary: str, left_out: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(as_title(title))
        self.setMinimumWidth(560)
        head, _, rest = summary.partition("\n")
        headline = plain_label(head)
        headline.setWordWrap(True)
        headline.setProperty("role", "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(headline)
        if rest.strip():
            details = QPlainTextEdit("\n".join(line.strip() for line in rest.split("\n")))
            details.setReadOnly(True)
            details.setMinimumHeight(180)
            details.setAccessibleName(left_out)
            layout.addWidget(plain_label(left_out))
            layout.addWidget(details)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
