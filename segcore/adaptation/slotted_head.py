"""SlottedHead: what the coarse and the fine head have in common, the sums that are kept for good."""

from __future__ import annotations

import numpy as np

from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.ridge import Doubles, Sums


class SlottedHead:
    """Ridge regression whose features are a number of fixed ones, and behind them a slot for each of some classes.

    Parameters
    ----------
    fixed : int
        Features before the slots.

    Attributes
    ----------
    slots : tuple[int, ...]
        Class values, in the order of their features.
    """

    def __init__(self, fixed: int) -> None:
        self.slots: tuple[int, ...] = ()
        self._fixed = fixed
        self._past = Sums.none(fixed)

    @property
    def values(self) -> frozenset[int]:
        """Class values that something was kept of for good."""
        return frozenset(self._past.xy)

    def known(self) -> Sums:
        """Return the sums of all that is kept for good."""
        return self._past.widened(self._size)

    def merge(self, sums: Sums) -> None:
        """Keep examples for good, such as those of strokes on an image that is left."""
        self._past = self.known().plus(sums.widened(self._size))

    def take_back(self, sums: Sums) -> None:
        """Take examples away that were kept for good."""
        self._past = self.known().minus(sums.widened(self._size))

    def decay(self, share: float) -> None:
        """Let everything kept count ``share`` (0-1) of what it did."""
        self._past.decay(share)

    def rename_classes(self, change: ClassChange) -> Doubles:
        """Use other class values.

        Returns
        -------
        NDArray[np.float64]
            [new D, D]: brings features of examples to their new order; slots of classes that become one are added.
        """
        news = [change.get(value, value) for value in self.slots]
        slots = tuple(value for value in dict.fromkeys(news) if value is not None)
        matrix = np.zeros((self._fixed + len(slots), self._size))
        matrix[: self._fixed, : self._fixed] = np.eye(self._fixed)
        for column, new in enumerate(news):
            if new is not None:
                matrix[self._fixed + slots.index(new), self._fixed + column] = 1.0
        self._past = self._past.by(change, matrix)
        self.slots = slots
        return matrix

    @property
    def _size(self) -> int:
        return self._fixed + len(self.slots)

    def _add_slots(self, *values: int) -> None:
        self.slots = tuple(dict.fromkeys((*self.slots, *values)))
