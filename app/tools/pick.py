"""PickTool: makes the class under the pointer the active one."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt

from app.canvas.tool import Pointer, Tool
from app.document.pixel_facts import ignored_at
from segcore.labels.classes import IGNORE_INDEX


class PickTool(Tool):
    """Press, or drag until the class is right."""

    edits = False
    taken_with_alt = True
    cursor = Qt.CursorShape.PointingHandCursor

    def press(self, pointer: Pointer) -> None:
        """Pick; unlabelled pixels change nothing."""
        x, y = math.floor(pointer.point.x), math.floor(pointer.point.y)
        value = self.document.label_at(x, y)
        if value is not None and (value != IGNORE_INDEX or ignored_at(self.document, x, y)):
            self.document.set_active_class(value)

    def drag(self, pointer: Pointer) -> None:
        """Pick what is under the pointer now."""
        self.press(pointer)
