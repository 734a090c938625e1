"""StrokeArea: all that the pen has passed over since it went down."""

from __future__ import annotations

import numpy as np

from segcore.editing.box import EMPTY, Box
from segcore.editing.brush import NOTHING, Covered


class StrokeArea:
    """Grows on the UI thread, which only notes each part; the mask of all is put together where it is needed.

    Attributes
    ----------
    parts : list[Covered]
        In the order of the stroke; parts may overlap.
    box : Box
        Around all.
    """

    def __init__(self) -> None:
        self.parts: list[Covered] = []
        self.box = EMPTY
        self._merged = NOTHING
        self._count = 0

    def __len__(self) -> int:
        return len(self.parts)

    def add(self, covered: Covered) -> None:
        """Go on."""
        if not covered.box.is_empty:
            self.parts.append(covered)
            self.box = self.box.united(covered.box)

    def merged(self, count: int) -> Covered:
        """Return the first ``count`` parts as one; for one thread, which asks for more each time.

        The mask is the area's own and grows with the next call.
        """
        for part in self.parts[self._count : count]:
            box = self._merged.box.united(part.box)
            if box != self._merged.box:
                mask = np.zeros((box.height, box.width), np.bool_)
                mask[inside(self._merged.box, box)] |= self._merged.mask
                self._merged = Covered(box, mask)
            self._merged.mask[inside(part.box, box)] |= part.mask
        self._count = max(self._count, count)
        return self._merged


def inside(inner: Box, outer: Box) -> tuple[slice, slice]:
    """Return the index of a box in an array [outer.height, outer.width]."""
    if inner.is_empty:
        return slice(0, 0), slice(0, 0)
    x, y = outer.left, outer.top
    return Box(inner.left - x, inner.top - y, inner.right - x, inner.bottom - y).slices
