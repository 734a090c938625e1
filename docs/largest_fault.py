"""largest_fault: where a person would paint next, told by the true labels; for pictures that are made by script."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def largest_fault(labels: NDArray[np.uint8], truth: NDArray[np.uint8]) -> tuple[int, list[tuple[float, float]], float]:
    """Return a stroke inside the largest wrong piece: its true class, points (x, y) and radius in pixels."""
    pieces = []
    for value in (0, 1):
        wrong = ((truth == value) & (labels != value)).astype(np.uint8)
        count, numbers, statistics, _ = cv2.connectedComponentsWithStats(wrong, connectivity=4)
        pieces += [(statistics[k, cv2.CC_STAT_AREA], value, numbers == k) for k in range(1, count)]
    _, value, piece = max(pieces, key=lambda each: each[0])
    depth = cv2.distanceTransform(np.pad(piece, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    deep = 0.6 * float(depth.max())
    rows, columns = np.nonzero(depth >= deep)
    order = np.argsort(columns)[:: max(1, len(rows) // 8)]
    return value, [(float(columns[k]), float(rows[k])) for k in order], max(2.0, deep)
