"""StrokeArea: all that the pen has passed over since it went down."""

from __future__ import annotations

from segcore.editing.box import EMPTY
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
                self._merged = Covered(box, self._merged.within(box))
            self._merged.mask[part.box.inside(box).slices] |= part.mask
        self._count = max(self._count, count)
        return self._merged
