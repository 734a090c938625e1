"""Tidying: what a decision must not do to an image that a person has looked at."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance
from segcore.labels.specks import fill_specks, specks_of

MOST_PIXELS = 1 << 20
"""Specks of a larger area stay: finding them would take longer than the answer to a stroke may."""


def drop_large_flips(
    decision: NDArray[np.uint8], labels: NDArray[np.uint8], painted: NDArray[np.bool_], most: float
) -> None:
    """Let labels stay where a region would flip that is much larger than what the person is working on.

    A person puts right what strikes the eye first. What they let pass while they mend something small is hardly wrong.

    Parameters
    ----------
    decision : NDArray[np.uint8]
        [H, W], new class values, 255 where a pixel stays as it is; changed in place.
    labels : NDArray[np.uint8]
        [H, W], what the pixels have; 255: nothing. Such pixels are filled in any case.
    painted : NDArray[np.bool_]
        [H, W], the last strokes and what is beside them. Regions that flip there flip at any size; others flip if they
        are at most ``most`` times as large as the largest of those and as the strokes.
    most : float
        Above 0.
    """
    flips = (decision != IGNORE_INDEX) & (labels != IGNORE_INDEX) & (decision != labels)
    if not flips.any():
        return
    _, parts, stats, _ = cv2.connectedComponentsWithStats(flips.view(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    beside = np.unique(parts[painted & flips])
    allowed = most * float(max(np.count_nonzero(painted), *areas[beside].tolist(), 0))
    large = areas > allowed
    large[0], large[beside] = False, False
    if large.any():
        decision[large[parts]] = IGNORE_INDEX


def drop_specks(
    decision: NDArray[np.uint8], labels: NDArray[np.uint8], provenance: NDArray[np.uint8], least: int
) -> None:
    """Give connected regions of fewer than ``least`` pixels the class beside them, unless a person painted in them.

    A person needs a stroke for each. Only what lies around new labels is looked at. ``decision`` is changed in place;
    the arrays are uint8 [H, W], see `drop_large_flips` and `LabelMap`.
    """
    new = (decision != IGNORE_INDEX) & (decision != labels)
    left, top, width, height = cv2.boundingRect(new.view(np.uint8))
    if not width:
        return
    part = Box(left - least, top - least, left + width + least, top + height + least).clipped(*labels.shape).slices
    decision, labels, provenance = decision[part], labels[part], provenance[part]
    if decision.size > MOST_PIXELS:
        return
    found = np.where(decision != IGNORE_INDEX, decision, labels)
    specks = specks_of(found, least, keep=provenance >= Provenance.PAINTED)
    fill_specks(found, specks)
    decision[specks] = found[specks]
