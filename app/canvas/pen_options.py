"""ToolOptions: how the pens are set."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import QObject, Signal

from segcore.editing.brush import MAX_RADIUS, MIN_RADIUS, Shape

BRUSH = "brush"
RADIUS = 15.0
"""First radius of the brush in pixels of the image."""
TOLERANCE, MOST_TOLERANCE = 24, 255
"""Levels that a colour may differ: at first, and at most."""


class Option(Enum):
    """What a tool can have."""

    SIZE = "size"
    SHAPE = "shape"
    FILL = "fill"
    """Whether it goes by labels or by colours."""
    TOLERANCE = "tolerance"


PEN = frozenset({Option.SIZE, Option.SHAPE})


class ToolOptions(QObject):
    """Radius and shape of the pen in hand, and what Fill goes by, shared by all who show or change them.

    Brush and eraser have their own sizes, and so have tools whose stroke only points to a region, or covers a border.
    """

    radius_changed = Signal(float)
    """Pixels of the image."""
    shape_changed = Signal(Shape)
    """Round or square."""
    resized = Signal(float)
    """The person gave the pen in hand this radius, in pixels of the image."""
    fill_changed = Signal()
    """Fill goes by something else, or another tolerance."""
    taken = Signal()
    """Another tool is in hand; `uses` says which options it has."""

    def __init__(self, parent: QObject | None = None, radii: Mapping[str, float] | None = None) -> None:
        """``radii``: first radius in pixels of each tool that has one of its own."""
        super().__init__(parent)
        self.pen = BRUSH
        self._radii = {BRUSH: RADIUS, **(radii or {})}
        self.shape = Shape.ROUND
        self.uses = PEN
        self.by_colour = False
        """Whether Fill takes a region of similar colours; else one of the same label."""
        self.tolerance = TOLERANCE
        """0-255: how far a channel of a colour may be from the one that is clicked."""
        self.pressure = True
        """Whether a stylus that is pressed lightly paints with a smaller radius."""

    @property
    def radius(self) -> float:
        """Of the pen in hand, in pixels."""
        return self._radii[self.pen]

    def set_radius(self, radius: float, pen: str = "") -> None:
        """Set the radius in pixels, kept within 0.5 - 500; of the pen in hand unless another is named."""
        radius = min(max(float(radius), MIN_RADIUS), MAX_RADIUS)
        if pen not in ("", self.pen):
            self._radii[pen] = radius
        elif radius != self.radius:
            self._radii[self.pen] = radius
            self.radius_changed.emit(radius)
            self.resized.emit(radius)

    def take(self, tool: str, uses: frozenset[Option] = PEN) -> None:
        """Take the pen of this tool in hand: its own, else the brush. ``uses``: the options that the tool has."""
        before = self.radius
        self.pen = tool if tool in self._radii else BRUSH
        if self.radius != before:
            self.radius_changed.emit(self.radius)
        self.uses = uses
        self.taken.emit()

    def set_fill(self, by_colour: bool) -> None:
        """Let Fill go by the colours of the image, or by labels."""
        if by_colour != self.by_colour:
            self.by_colour = by_colour
            self.fill_changed.emit()

    def set_tolerance(self, tolerance: int) -> None:
        """Let colours differ by so many levels, kept within 0-255."""
        tolerance = min(max(tolerance, 0), MOST_TOLERANCE)
        if tolerance != self.tolerance:
            self.tolerance = tolerance
            self.fill_changed.emit()

    def set_shape(self, shape: Shape) -> None:
        """Set the footprint."""
        if shape is not self.shape:
            self.shape = shape
            self.shape_changed.emit(shape)

    def larger(self) -> None:
        """One step up: about a tenth, at least half a pixel."""
        self.set_radius(self.radius + max(0.5, _half(self.radius * 0.12)))

    def smaller(self) -> None:
        """One step down."""
        self.set_radius(self.radius - max(0.5, _half(self.radius * 0.12)))


def _half(value: float) -> float:
    return round(value * 2) / 2
