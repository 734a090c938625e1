"""Holes: what a region encloses."""

from __future__ import annotations

import numpy as np

from segcore.editing.brush import Covered


def holes_of(region: Covered) -> Covered:
    """Return the pixels that a region encloses: those that no way of 4-connected pixels outside of it leads out of.

    The box is that of the region; the mask (bool) may be empty. The border of the box is a way out, so that a region
    that touches the border of the image encloses nothing there.
    """
    import cv2  # only now: the window must be seen soon

    height, width = region.mask.shape
    around = np.zeros((height + 2, width + 2), np.uint8)
    around[1:-1, 1:-1] = region.mask
    cv2.floodFill(around, None, (0, 0), 2, flags=4)
    return Covered(region.box, around[1:-1, 1:-1] == 0)


def small_holes(region: Covered, most: int) -> Covered:
    """Return those holes (see `holes_of`) that have at most ``most`` pixels; the region may be of several pieces.

    A hole ends at the pixels of the region: with an island of the region in it, it is a ring.
    """
    import cv2  # only now: the window must be seen soon

    holes = holes_of(region)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(holes.mask.view(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] <= most
    small[0] = False
    return Covered(region.box, small.take(np.asarray(parts, np.int32)))
