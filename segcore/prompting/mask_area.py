"""From a mask of the whole image to its pixels in the smallest box."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import NOTHING, Covered


def covered_by(mask: NDArray[np.bool_]) -> Covered:
    """Return a mask, bool [H, W], with the smallest box that holds it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return NOTHING
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Covered(box, np.ascontiguousarray(mask[box.slices]))
