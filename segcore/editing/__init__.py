"""Painting and undo: pure numpy on label maps."""

from segcore.editing.box import Box
from segcore.editing.edit import Edit, diff
from segcore.editing.history import History
from segcore.editing.recorder import Recorder

__all__ = ["Box", "Edit", "History", "Recorder", "diff"]
