"""Nearest: pixels take the label of the nearest one that may give its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nearest_labels(labels: NDArray[np.uint8], sources: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return for each pixel the label of the nearest source, uint8 [H, W]; a source has its own.

    Parameters
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values.
    sources : NDArray[np.bool_]
        [H, W]; at least one.
    """
    import cv2  # only now: the window must be seen soon

    _, nearest = cv2.distanceTransformWithLabels(
        (~sources).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_number = np.zeros(int(nearest.max()) + 1, np.uint8)
    of_number[nearest[sources]] = labels[sources]
    return of_number.take(np.asarray(nearest, np.int32))  # unlike an index, it lets other threads go on
