"""Which labels a new scribble cannot change, because a person placed them and the scribble does not run over them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.interactive.stroke_record import Origin
from segcore.labels.label_map import Provenance

Mask = NDArray[np.bool_]

RUN_OVER = 0.05
"""Share of the scribble's area, or of the patch's where that is smaller, that must overlap for the scribble to run over
a patch: a pen that slips over a border by some pixels puts nothing behind it in question."""


def firm(
    labels: NDArray[np.uint8], provenance: NDArray[np.uint8], origins: NDArray[np.uint8], scribble: Mask, value: int
) -> Mask:
    """Return the pixels that a person vouches for and that this scribble does not put in question.

    A scribble and what was painted by hand are firm, and so is what was confirmed; what a smart stroke grew is not.
    A patch of firm pixels of another class that the new scribble runs over is firm no more: the newest evidence wins in
    its own place. A patch is joined pixels of one class; old scribbles are patches of their own.

    Parameters
    ----------
    labels, provenance, origins : NDArray[np.uint8]
        [h, w]; values of `Origin` in the last.
    scribble : NDArray[np.bool_]
        [h, w], the new one.
    value : int
        Its class.

    Returns
    -------
    NDArray[np.bool_]
        [h, w]; False under the scribble.
    """
    found = (provenance >= Provenance.PAINTED) & ~((origins == Origin.GROWN) & (provenance == Provenance.PAINTED))
    under = found & scribble
    if under.any():
        drawn = origins == Origin.SCRIBBLE
        for other in np.unique(labels[under & (labels != value)]):
            of_class = found & (labels == other)
            for patches in (of_class & drawn, of_class & ~drawn):
                found &= ~_run_over(patches, scribble)
    return np.asarray(found & ~scribble, np.bool_)


def _run_over(patches: Mask, scribble: Mask) -> Mask:
    """Bool [h, w]: the joined patches that the scribble runs over."""
    if not (patches & scribble).any():
        return np.zeros_like(patches)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(patches.view(np.uint8), connectivity=8)
    overlaps = np.bincount(parts[scribble], minlength=count)
    hit = overlaps >= np.maximum(1, RUN_OVER * np.minimum(stats[:, cv2.CC_STAT_AREA], scribble.sum()))
    hit[0] = False
    return np.asarray(hit[parts], np.bool_)
