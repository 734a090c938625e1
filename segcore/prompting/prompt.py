"""Prompt: what a person points at: points inside and outside of a thing, and a box around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INSIDE, OUTSIDE, TOP_LEFT, BOTTOM_RIGHT, PADDING = 1, 0, 2, 3, -1
"""Labels of points, as all networks of the family have them (Kirillov et al. 2023)."""


@dataclass(frozen=True)
class Prompt:
    """In pixels of the image; the middle of its first pixel is (0.5, 0.5).

    Attributes
    ----------
    points : tuple[tuple[float, float, bool], ...]
        (x, y, whether it lies inside the thing).
    box : tuple[float, float, float, float] or None
        (left, top, right, bottom).
    """

    points: tuple[tuple[float, float, bool], ...] = ()
    box: tuple[float, float, float, float] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is pointed at; points outside alone say nothing."""
        return self.box is None and not any(inside for _, _, inside in self.points)

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return coordinates, float32 [N, 2], and labels, float32 [N]; the corners of the box come last."""
        found = [(x, y, INSIDE if inside else OUTSIDE) for x, y, inside in self.points]
        if self.box is not None:
            left, top, right, bottom = self.box
            found += [(left, top, TOP_LEFT), (right, bottom, BOTTOM_RIGHT)]
        table = np.array(found, np.float32).reshape(-1, 3)
        return table[:, :2].copy(), table[:, 2].copy()
