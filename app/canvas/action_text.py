"""How a text names an action, with the shortcut that the action has now."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence


def named(action: QAction) -> str:
    """Return ``“Predict this image” (Ctrl+P)``, or the name alone when the action has no shortcut."""
    name = f"“{action.text().replace('&', '').rstrip('…')}”"
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{name} ({key})" if key else name
