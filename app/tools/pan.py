"""PanTool: dragging moves the view."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.tool import Tool


class PanTool(Tool):
    """The canvas does the moving; the same works in every tool with Space or the middle button."""

    edits = False
    pans = True
    cursor = Qt.CursorShape.OpenHandCursor
