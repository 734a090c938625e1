"""Low windows: a dialog opens no taller than the window in front of which it lies, so that its buttons are seen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = 40
"""Pixels for the title bar of the dialog."""
LEAST = 320


def low_enough(size: QSize, dialog: QWidget) -> QSize:
    """Return a size for a dialog that has at most the height of its window, or of the screen without one."""
    parent = dialog.parentWidget()
    room = dialog.screen().availableGeometry().height()
    if parent is not None:
        room = min(room, parent.window().height())
    return size.boundedTo(QSize(size.width(), max(LEAST, room - FRAME)))
