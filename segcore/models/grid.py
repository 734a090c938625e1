"""Grid: the positions of a feature map's cells in the image; every crop of an FCN follows from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """Cell ``i`` of a map is centred on pixel ``start + step * i`` of the image, in each direction.

    Attributes
    ----------
    step : float
        Pixels from one cell to the next; 1 for the image itself.
    start : float
        Pixel on which cell 0 is centred; 0 for the image itself, below 0 in a padded margin.
    """

    step: float = 1.0
    start: float = 0.0

    def convolved(self, kernel: int, stride: int = 1, padding: int = 0) -> Grid:
        """Grid of the output of a convolution or pooling: cell i is centred on input ``stride i + (k - 1)/2 - pad``."""
        return Grid(self.step * stride, self.start + self.step * ((kernel - 1) / 2 - padding))

    def upsampled(self, kernel: int, stride: int, padding: int = 0) -> Grid:
        """Grid of the output of a transposed convolution, the reverse of a convolution."""
        step = self.step / stride
        return Grid(step, self.start - step * ((kernel - 1) / 2 - padding))

    def offset(self, other: Grid) -> int:
        """Return the cell of this grid that lies on cell 0 of ``other``. Raises ValueError when none does."""
        cells = (other.start - self.start) / self.step
        if not cells.is_integer():
            raise ValueError(f"cell 0 of {other} falls between two cells of {self}")
        return int(cells)
