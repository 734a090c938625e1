"""LetterGuard: letters are shortcuts in a number field, too, which could not use them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox


class LetterGuard(QObject):
    """Leaves letters to the shortcuts while a number is being typed: R refines, D goes to the next image."""

    def __init__(self, *fields: QAbstractSpinBox) -> None:
        super().__init__(fields[0])
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep the field from taking a letter for itself."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.text().isalpha():
            event.ignore()
            return True
        return False
