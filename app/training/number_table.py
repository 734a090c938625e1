"""NumberTable: a table to be read, with names in the first column and numbers in the others."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget


class NumberTable(QTableWidget):
    """The first column takes the width that is left; the others stand to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.setShowGrid(False)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_titles(self, *titles: str) -> None:
        """Give it as many columns as titles."""
        self.setColumnCount(len(titles))
        self.setHorizontalHeaderLabels(list(titles))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(len(titles)):
            if (title := self.horizontalHeaderItem(column)) is not None:
                title.setTextAlignment(_side(column))

    def put(self, row: int, column: int, text: str) -> QTableWidgetItem:
        """Show a text in a cell, and return the item."""
        item = QTableWidgetItem(text)
        item.setTextAlignment(_side(column))
        self.setItem(row, column, item)
        return item


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
