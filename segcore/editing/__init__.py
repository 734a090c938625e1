"""Editing: painting into label maps, and undo, in NumPy and OpenCV."""

from segcore.editing.box import Box
from segcore.editing.edit import Edit, diff
from segcore.editing.history import History
from segcore.editing.paint_policy import PaintPolicy
from segcore.editing.recorder import Recorder

__all__ = ["Box", "Edit", "History", "PaintPolicy", "Recorder", "diff"]
