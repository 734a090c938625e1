"""SavedReadout: what the window says about saving."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.document.autosave import Autosaver
from app.document.document import Document
from app.window.status_bar import StatusBar


class SavedReadout(QObject):
    """Follows the document and its autosaver."""

    def __init__(
        self, document: Document, autosaver: Autosaver, status: StatusBar, save_elsewhere: QAction, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._autosaver, self._status = document, autosaver, status
        self._save_elsewhere, self._window = save_elsewhere, window
        save_elsewhere.setEnabled(False)  # until a save fails
        document.edited.connect(lambda _: self._show(False))
        document.image_changed.connect(self._on_image)
        autosaver.rested.connect(self._on_rest)

    def _on_rest(self) -> None:
        self._show(not self._autosaver.pending, self._autosaver.failing)
        self._save_elsewhere.setEnabled(self._autosaver.failing)
        self._show_complete()

    def _on_image(self) -> None:
        if self._document.image is not None:
            self._show(not self._autosaver.pending, self._autosaver.failing)
        else:
            self._status.saved.clear()
        self._show_complete()

    def _show(self, saved: bool, failing: bool = False) -> None:
        self._status.show_saved(saved, failing)
        self._window.setWindowModified(not saved)

    def _show_complete(self) -> None:
        label_map = self._document.label_map
        self._status.show_complete(label_map is not None and label_map.complete())
