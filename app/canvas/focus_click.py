"""FocusClick: a click on the canvas that only brings the focus back."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.space_key import is_text_field

ACTIVATED_S = 0.12
"""A press so soon after the window became active is the one that activated it."""


class FocusClick(QObject):
    """Tells a click that activates the window, or ends the editing of a text, from one that is meant for the image."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._left = False
        self._activated = -ACTIVATED_S
        self._from_text = False
        self._reason = Qt.FocusReason.OtherFocusReason
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def on_window(self, kind: QEvent.Type) -> None:
        """React to the window becoming active or inactive; a modal dialog of our own does not count."""
        if kind == QEvent.Type.WindowDeactivate:
            self._left = QApplication.activeModalWidget() is None
        elif self._left:
            self._left = False
            self._activated = time.monotonic()

    def on_focus(self, reason: Qt.FocusReason) -> None:
        """Tell why the canvas has the focus now."""
        self._reason = reason

    def take(self) -> bool:
        """Return whether the press of now only brings the focus back; the next one does not."""
        only_focus = self._from_text or self._left or time.monotonic() - self._activated < ACTIVATED_S
        self._from_text = self._left = False
        self._activated = -ACTIVATED_S
        return only_focus

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is self._canvas:
            self._from_text = self._reason == Qt.FocusReason.MouseFocusReason and is_text_field(old)
