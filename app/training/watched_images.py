"""WatchedImages: the open image and up to three pinned ones, which a training predicts again at each validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from segcore.training.control import MOST_WATCHED

if TYPE_CHECKING:
    from app.document.document import Document

MOST_PINNED = MOST_WATCHED - 1


class WatchedImages(QObject):
    """Follows the document; what is pinned is forgotten with the project."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.pinned: list[str] = []
        """Image ids, in the order of pinning."""
        document.project_changed.connect(self._forget)
        document.image_changed.connect(self.changed)

    @property
    def current(self) -> str | None:
        """The open image."""
        return self._document.image_id

    def can_pin(self, image_id: str | None) -> bool:
        """Whether an image can be pinned or unpinned."""
        return image_id is not None and (image_id in self.pinned or len(self.pinned) < MOST_PINNED)

    def pin(self, image_id: str, pinned: bool) -> None:
        """Pin or unpin an image; nothing happens when there are as many as can be."""
        if pinned == (image_id in self.pinned) or (pinned and len(self.pinned) >= MOST_PINNED):
            return
        if pinned:
            self.pinned.append(image_id)
        else:
            self.pinned.remove(image_id)
        self.changed.emit()

    def paths(self) -> dict[str, str]:
        """Return the image files by image id: the open one first."""
        project = self._document.project
        if project is None:
            return {}
        ids = dict.fromkeys([*([self.current] if self.current is not None else []), *self.pinned])
        return {image_id: str(project.image_path(image_id)) for image_id in ids}

    def _forget(self) -> None:
        self.pinned.clear()
        self.changed.emit()
