"""SizeDrag: Alt and the right button set the size of the pen; to the right is larger."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.pen_options import ToolOptions


class SizeDrag:
    """The edge of the pen follows the pointer; its centre stays where the button went down."""

    def __init__(self, options: ToolOptions) -> None:
        self._options = options
        self._from: QPointF | None = None
        self._first = options.radius
        self._scale = 1.0

    @property
    def active(self) -> bool:
        """Whether the button is down."""
        return self._from is not None

    def begin(self, position: QPointF, scale: float) -> None:
        """Begin at a view position; ``scale``: view pixels for one image pixel."""
        self._from, self._scale, self._first = position, scale, self._options.radius

    def move(self, position: QPointF) -> None:
        """Set the radius, in halves of a pixel."""
        if self._from is not None:
            wider = (position.x() - self._from.x()) / self._scale
            self._options.set_radius(round(2 * (self._first + wider)) / 2)

    def end(self) -> None:
        """Keep the size."""
        self._from = None

    def cancel(self) -> bool:
        """Go back to the size from before; return whether there was a drag."""
        if self._from is None:
            return False
        self._from = None
        self._options.set_radius(self._first)
        return True
