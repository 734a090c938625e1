"""Replacement: one class in the place of another, in every image of the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.labels.classes import ClassSet

if TYPE_CHECKING:
    from segcore.labels.label_map import LabelMap


@dataclass(frozen=True)
class Replacement:
    """One class in the place of another.

    Attributes
    ----------
    old, new : int
        Class values; 255 means unlabelled as ``old`` and ignore as ``new``.
    policy : PaintPolicy
        Says which pixels may change.
    before : ClassSet or None
        The classes as they were, when the old class goes with its pixels: the two are merged.
    """

    old: int
    new: int
    policy: PaintPolicy = OPEN
    before: ClassSet | None = None

    @property
    def name(self) -> str:
        """What the undo history of each image calls it."""
        return merge_name() if self.before is not None else replace_name()

    def of(self, label_map: LabelMap) -> LabelMap:
        """Return the labels with the class replaced."""
        from segcore.editing.replacing import replaced

        return replaced(label_map, self.old, self.new, self.policy)

    def brought_back(self, now: ClassSet | None) -> ClassSet | None:
        """Return the classes with the one that was merged; None when it is there. Raises ClassesError if it cannot."""
        gone = self.before.find(self.old) if self.before is not None else None
        if self.before is None or now is None or gone is None or now.find(self.old) == gone:
            return None
        classes = list(now)
        classes.insert(self.before.classes.index(gone), gone)
        return ClassSet(tuple(classes))


def merge_name() -> str:
    """Return what the undo history calls a merge of two classes."""
    return QCoreApplication.translate("ProjectCommands", "Merge classes")


def replace_name() -> str:
    """Return what the undo history calls a class that was replaced."""
    return QCoreApplication.translate("ProjectCommands", "Replace a class in all images")
