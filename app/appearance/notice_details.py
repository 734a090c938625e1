"""NoticeDetails: a list below the line of a notice, shown and hidden by a button of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit

from app.appearance.notice import Notice

LINES = 6
"""Of the list, before it scrolls."""


class NoticeDetails:
    """Adds a button and a list to a notice.

    Attributes
    ----------
    button : QPushButton
        Shows and hides the list; hidden while that is empty.
    list : QPlainTextEdit
        The lines.
    """

    def __init__(self, notice: Notice, title: str) -> None:
        self._title = title
        self.button = notice.add_button(title)
        self.button.setCheckable(True)
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setAccessibleName(title)
        self.list.setFixedHeight((LINES + 1) * self.list.fontMetrics().lineSpacing())
        self.list.hide()
        self.button.toggled.connect(self.list.setVisible)
        notice.column.addWidget(self.list)

    def fill(self, lines: Sequence[str]) -> None:
        """Hold these lines, and hide them until the button is pressed."""
        self.list.setPlainText("\n".join(lines))
        self.button.setText(f"{self._title} ({len(lines)})")
        self.button.setVisible(bool(lines))
        self.button.setChecked(False)
