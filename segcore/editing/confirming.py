"""Confirming: labels of some pixels that a person has checked, or not."""

from __future__ import annotations

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance


def confirmed(tile: LabelMap, box: Box, covered: Covered) -> LabelMap:
    """Return the labels in a box with those of the covered pixels confirmed that nobody has painted.

    Pixels without a label stay as they are: only marking the whole image as done says that they have none.
    """
    mask = covered.within(box) & (tile.provenance < Provenance.PAINTED) & (tile.labels != IGNORE_INDEX)
    return LabelMap(tile.labels, np.where(mask, np.uint8(Provenance.CONFIRMED), tile.provenance))


def unconfirmed(tile: LabelMap, box: Box, covered: Covered) -> LabelMap:
    """Return the labels in a box with the covered pixels no longer confirmed; painted ones stay painted."""
    mask, opened = covered.within(box), tile.reopen()
    return LabelMap(tile.labels, np.where(mask, opened.provenance, tile.provenance))
