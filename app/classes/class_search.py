"""ClassSearch: leaves in a long list of classes those whose names hold what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QWidget

FEW = 12
"""So many classes are found at a glance; with more the field is shown."""


class ClassSearch(QLineEdit):
    """Return chooses the first class that is left and shows all again; Escape shows all again."""

    def __init__(self, tree: QTreeWidget, parent: QWidget | None = None) -> None:
        """``tree``: its rows are the classes, with their names in the first column."""
        super().__init__(parent)
        self._tree = tree
        self.setPlaceholderText(self.tr("Search classes"))
        self.setAccessibleName(self.tr("Search classes by name"))
        self.setClearButtonEnabled(True)
        self.textChanged.connect(self.apply)
        self.returnPressed.connect(self._choose_first)
        self.hide()

    def offer(self, classes: int) -> None:
        """Show the field when there are many classes; what was typed stays."""
        self.setVisible(classes > FEW)
        if classes <= FEW:
            self.clear()
        self.apply()

    def apply(self) -> None:
        """Hide the rows whose names do not hold the text; case does not count."""
        wanted = self.text().strip().casefold()
        for number in range(self._tree.topLevelItemCount()):
            item = self._tree.topLevelItem(number)
            if item is not None:
                item.setHidden(wanted not in item.text(0).casefold())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Clear the field with Escape, and go from it to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _choose_first(self) -> None:
        items = (self._tree.topLevelItem(number) for number in range(self._tree.topLevelItemCount()))
        first = next((item for item in items if item is not None and not item.isHidden()), None)
        if first is not None and self.text().strip():
            self._tree.setCurrentItem(first, 0)
            self._leave()
            self._tree.scrollToItem(first)

    def _leave(self) -> None:
        self.clear()
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)
