"""Box: a rectangle of pixels, half open like a slice."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Pixels with ``left <= x < right`` and ``top <= y < bottom``."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns, never negative."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Rows, never negative."""
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        """Whether the box has no pixels."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of these pixels in an array [H, W]."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def united(self, other: Box) -> Box:
        """Return the smallest box around both; an empty box is ignored."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def shared(self, other: Box) -> Box:
        """Return the pixels that lie in both; perhaps none."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def widened(self, pixels: int) -> Box:
        """Return the box with so many pixels more on each side."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)

    def moved(self, x: int, y: int) -> Box:
        """Return the box so many pixels farther to the right and down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def inside(self, other: Box) -> Box:
        """Return the same pixels, counted from the left upper corner of ``other``."""
        return self.moved(-other.left, -other.top)

    def clipped(self, height: int, width: int) -> Box:
        """Return the part inside an image of this size."""
        return Box(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))


EMPTY = Box(0, 0, 0, 0)
