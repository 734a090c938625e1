"""CanvasPreview: shows the live preview of the CRF on the canvas; Esc drops it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut

from app.canvas.canvas import Canvas
from app.refinement.live_preview import LivePreview


class CanvasPreview(QObject):
    """Tells `LivePreview` which part is visible, and the canvas which labels to show."""

    def __init__(self, live: LivePreview, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._live = live
        self._canvas = canvas
        # Belongs to the window, for when a slider has the focus. The canvas gives Esc to its tools before any shortcut.
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), canvas.window())
        self._escape.setEnabled(False)
        self._escape.activated.connect(live.drop)
        canvas.installEventFilter(self)
        canvas.moved.connect(self._look)
        live.active_changed.connect(self._escape.setEnabled)
        live.shown.connect(self._show)
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Handle Esc on the canvas, unless its tool has something to cancel first."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._live.active
        ):
            if not self._canvas.tool.cancel():
                self._live.drop()
            return True
        return False

    def _look(self) -> None:
        self._live.look_at(self._canvas.visible_rect, self._canvas.zoom * self._canvas.devicePixelRatioF())

    def _show(self, labels: NDArray[np.uint8] | None, changed: QRect) -> None:
        note = self.tr("Preview. Press R to apply, Esc to drop")
        self._canvas.preview_labels(labels, note, changed if not changed.isEmpty() else None)
