"""SizePreview: the ring of the pen in the middle of the view for a moment, when its size changes elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QTimer

from app.canvas.image_view import ImageView
from app.canvas.tool import Pointer, Tool

SHOWN_MS = 900


class SizePreview:
    """Stays in the middle while the view moves.

    Parameters
    ----------
    view : ImageView
        In whose middle the ring is.
    tool : callable
        Returns the tool in use, which draws it.
    ended : callable
        Called when the moment is over.
    """

    def __init__(self, view: ImageView, tool: Callable[[], Tool], ended: Callable[[], None]) -> None:
        self._view, self._tool = view, tool
        self._timer = QTimer(view, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(ended)

    @property
    def active(self) -> bool:
        """Whether it is shown."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Show it, for the whole moment again."""
        self.place()
        self._timer.start()

    def place(self) -> None:
        """Let the tool draw at the middle, wherever that is in the image now."""
        middle, transform = QPointF(self._view.width() / 2, self._view.height() / 2), self._view.transform
        self._tool().hover(Pointer(transform.to_image(middle), transform.scale))

    def stop(self) -> None:
        """End the moment without a word: the pointer is there, or another tool."""
        self._timer.stop()
