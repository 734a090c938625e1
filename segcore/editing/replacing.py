"""Replacing: one class in the place of another, in images that nobody looks at while it happens."""

from __future__ import annotations

import numpy as np

from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance


def replaced(label_map: LabelMap, old: int, new: int, policy: PaintPolicy = OPEN) -> LabelMap:
    """Return a copy in which the pixels of one class have another; itself when there are none.

    Nobody has checked them by this, so painted pixels stay painted, confirmed ones confirmed, and all others are free.

    Parameters
    ----------
    old, new : int
        Class values. 255 means unlabelled as ``old`` (only free pixels), and ignore as ``new``.
    policy : PaintPolicy
        Says which pixels may change.
    """
    free = label_map.open()
    pixels = label_map.labels == old
    if old == IGNORE_INDEX:
        pixels &= free
    if not policy.is_open:
        pixels &= policy.allows(label_map.labels, label_map.provenance, new)
    if not pixels.any():
        return label_map
    became = Provenance.UNTOUCHED if new == IGNORE_INDEX else Provenance.PREDICTED
    return LabelMap(
        np.where(pixels, np.uint8(new), label_map.labels),
        np.where(pixels & free, np.uint8(became), label_map.provenance),
    )
