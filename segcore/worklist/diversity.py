"""Diversity: an order in which near-duplicates do not follow each other.

Greedy farthest-first, as in core-set selection (Sener and Savarese 2018, arXiv:1708.00489), but with the distance to
what was chosen before as a factor of the gain: the core set alone would ask for outliers that are labelled well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.worklist.descriptor import SCALE

FIRST = 256
"""Images that are chosen one by one; those after them are ordered by what the last choice left of their gain."""
LEAST_NOVELTY = 0.02
"""Factor of an image that looks exactly like one chosen before."""
SAMPLE = 256
"""Images whose distances to each other say what "far" means."""
CHUNK = 1024
"""Images whose distances to all chosen ones are computed at once."""


def diverse_order(
    gains: NDArray[np.float64], descriptors: NDArray[np.uint8], chosen: NDArray[np.uint8] | None = None
) -> NDArray[np.intp]:
    """Return the images by gain times novelty, each choice taking novelty from those that look like it.

    The novelty of an image is its distance to the nearest image chosen before, divided by the median distance of two
    images, at most 1 and at least `LEAST_NOVELTY`.

    Parameters
    ----------
    gains : NDArray[np.float64]
        [n], 0 or more.
    descriptors : NDArray[np.uint8]
        [n, D], see `describe`.
    chosen : NDArray[np.uint8] or None
        [m, D], images that need no correction any more; they count as chosen.

    Returns
    -------
    NDArray[np.intp]
        [n], places in the order; ties go by place.
    """
    points = descriptors.astype(np.float32) / np.float32(SCALE)
    far = _median_distance(points)
    nearest = _nearest(points, chosen)
    left = np.array(gains, np.float64)
    order: list[int] = []
    for _ in range(min(FIRST, len(left))):
        best = int(np.argmax(left * _novelty(nearest, far)))
        if left[best] <= 0:
            break
        order.append(best)
        left[best] = -1.0
        nearest = np.minimum(nearest, np.linalg.norm(points - points[best], axis=1))
    rest = np.argsort(-np.array(gains) * _novelty(nearest, far), kind="stable")
    taken = np.zeros(len(left), np.bool_)
    taken[order] = True
    return np.concatenate([np.array(order, np.intp), rest[~taken[rest]]])


def _novelty(nearest: NDArray[np.float32], far: float) -> NDArray[np.float64]:
    return np.asarray(np.clip(nearest / far, LEAST_NOVELTY, 1.0), np.float64)


def _median_distance(points: NDArray[np.float32]) -> float:
    """Return the median distance of two images of a regular sample; 1.0 where all are alike."""
    some = points[:: max(1, len(points) // SAMPLE)]
    if len(some) < 2:
        return 1.0
    distances = _distances(some, some)[np.triu_indices(len(some), 1)]
    return float(np.median(distances)) or 1.0


def _nearest(points: NDArray[np.float32], chosen: NDArray[np.uint8] | None) -> NDArray[np.float32]:
    if chosen is None or not len(chosen):
        return np.full(len(points), np.inf, np.float32)
    others = chosen.astype(np.float32) / np.float32(SCALE)
    parts = [_distances(points[n : n + CHUNK], others).min(1) for n in range(0, len(points), CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _distances(some: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32 [n, m], from |a - b|² = |a|² + |b|² - 2 ab."""
    squared = (some**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * some @ others.T
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float32)
