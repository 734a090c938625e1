"""PaintPolicy: which pixels the tools may change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from segcore.labels.label_map import Provenance


@dataclass(frozen=True)
class PaintPolicy:
    """What a person allows the tools to paint over.

    Attributes
    ----------
    over : frozenset[int] | None
        Class values that may be painted over (255 = unlabelled); None: all of them.
    only_free : bool
        Whether pixels that a person painted or confirmed stay as they are.
    locked : frozenset[int]
        Class values that are neither painted nor painted over.
    """

    over: frozenset[int] | None = None
    only_free: bool = False
    locked: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether everything may be painted over with everything."""
        return self.over is None and not self.only_free and not self.locked

    def allows(
        self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8], value: int | None = None
    ) -> NDArray[np.bool_]:
        """Return which pixels may change, bool [h, w].

        Parameters
        ----------
        labels, provenance : NDArray[np.uint8]
            [h, w], as they are now.
        value : int or None
            What they are painted with: pixels that have this class already may be painted with it, whatever ``over``
            says, because their label stays. No pixel may get a locked class.
        """
        if value in self.locked:
            return np.zeros(labels.shape, np.bool_)
        table = self._table
        if value is not None and not table[value]:
            table = table.copy()
            table[value] = True
        allowed = _looked_up(labels, table)
        if self.only_free:
            allowed &= provenance < Provenance.PAINTED
        return allowed

    def with_lock(self, value: int, locked: bool) -> PaintPolicy:
        """Return it with this class locked, or not."""
        return replace(self, locked=self.locked | {value} if locked else self.locked - {value})

    @cached_property
    def _table(self) -> NDArray[np.bool_]:
        """Bool [256]: class values that may be painted over."""
        table = np.full(256, self.over is None)
        table[list(self.over or ())] = True
        table[list(self.locked)] = False
        return table


OPEN = PaintPolicy()
"""Everything may be painted over."""


def _looked_up(labels: NDArray[np.uint8], table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return ``table[labels]``; OpenCV is many times quicker at it than NumPy, but takes no empty array."""
    import cv2  # only now: the window must be seen soon

    if not labels.size:
        return np.zeros(labels.shape, np.bool_)
    return np.asarray(cv2.LUT(labels, table.view(np.uint8)), np.uint8).view(np.bool_)
