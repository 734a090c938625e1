"""IdleCompression: edits are compressed while nothing else happens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from segcore.editing import History

IDLE_SECONDS = 0.002
"""How long one idle step compresses edits; a frame of 60 Hz has 0.016."""


class IdleCompression(QTimer):
    """Start it after each edit; it stops by itself. ``history`` returns the history of the open image."""

    def __init__(self, parent: QObject, history: Callable[[], History]) -> None:
        super().__init__(parent)
        self._history = history
        self.setInterval(0)
        self.timeout.connect(self._go_on)

    def _go_on(self) -> None:
        if not self._history().compress(IDLE_SECONDS):
            self.stop()
