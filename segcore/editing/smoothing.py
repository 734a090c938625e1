"""Smoothing: each pixel takes the label that most pixels around it have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.strips import strips_of
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import values_in
from segcore.progress import Progress, Task


def smoothed(labels: NDArray[np.uint8], box: Box, radius: int) -> Task[NDArray[np.uint8]]:
    """Return a copy of the labels, uint8 [H, W], in which the pixels of ``box`` took the most frequent label around.

    Around are the (2 radius + 1)² pixels about a pixel, as far as they lie in the image. Where its own label is as
    frequent as the most frequent one, a pixel stays as it is. Pixels without a label (255) stay, and have no vote.
    """
    import cv2  # only now: the window must be seen soon

    result = labels.copy()
    size = (2 * radius + 1, 2 * radius + 1)
    for inner, _ in strips_of(box, 0):
        outer = inner.widened(radius).clipped(*labels.shape)
        seen, at = labels[outer.slices], inner.inside(outer).slices
        own, most = np.zeros((2, inner.height, inner.width), np.float32)
        best = seen[at].copy()
        for value in values_in(seen):
            if value == IGNORE_INDEX:
                continue
            is_it = (seen == value).astype(np.uint8)
            votes = cv2.boxFilter(is_it, cv2.CV_32F, size, normalize=False, borderType=cv2.BORDER_CONSTANT)[at]
            np.copyto(own, votes, where=is_it[at] > 0)
            np.copyto(best, np.uint8(value), where=votes > most)
            np.maximum(most, votes, out=most)
        changed = (seen[at] != IGNORE_INDEX) & (most > own)
        np.copyto(result[inner.slices], best, where=changed)
        yield Progress(inner.bottom - box.top, box.height)
    return result
