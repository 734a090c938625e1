"""ToolOptions: how the brush is set."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from segcore.editing.brush import MAX_RADIUS, MIN_RADIUS, Shape


class ToolOptions(QObject):
    """Radius and shape of brush and eraser, shared by all who show or change them."""

    radius_changed = Signal(float)
    """Pixels of the image."""
    shape_changed = Signal(object)
    """Shape: round or square."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.radius = 15.0
        self.shape = Shape.ROUND
        self.pressure = True
        """Whether a stylus pressed lightly paints with a smaller radius."""

    def set_radius(self, radius: float) -> None:
        """Set the radius in pixels, kept within 0.5 - 500."""
        radius = min(max(float(radius), MIN_RADIUS), MAX_RADIUS)
        if radius != self.radius:
            self.radius = radius
            self.radius_changed.emit(radius)

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
