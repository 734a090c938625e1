"""Outlines through the centres of border pixels, for formats whose readers draw a polygon with its border.

labelme draws with Pillow and YOLO's trainers with OpenCV: both fill a polygon and draw its border, too. A ring through
the centres of the border pixels comes back exactly from them; one along the edges of pixels would grow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.int32]
"""[N, 2]: column and row of pixels; the last one is joined to the first."""


def centre_rings(mask: NDArray[np.bool_]) -> list[Ring]:
    """Return a ring for each part of a mask, bool [H, W], whose pixels touch by side or corner.

    A line of no width leads from the outline to each hole and back, since these formats know no holes.
    """
    import cv2

    contours, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    rings = [contour[:, 0].astype(np.int32) for contour in contours]
    parents = tree[0][:, 3].tolist()
    return [
        _with_holes(ring, [rings[n] for n, parent in enumerate(parents) if parent == number])
        for number, ring in enumerate(rings)
        if parents[number] < 0
    ]


def _with_holes(ring: Ring, holes: list[Ring]) -> Ring:
    for hole in holes:
        distance = ((ring[:, None] - hole[None]) ** 2).sum(2)
        at, start = (int(each) for each in np.unravel_index(int(distance.argmin()), distance.shape))
        turned = np.roll(hole, -start, axis=0)
        ring = np.concatenate([ring[: at + 1], turned, turned[:1], ring[at:]])
    return ring


def with_border(ring: NDArray[np.integer], shape: tuple[int, int]) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Draw a ring with its border, as OpenCV's ``fillPoly``; what lies outside of (height, width) is cut off.

    Returns the rows and columns of the box that holds it, and the pixels in this box.
    """
    import cv2

    (x0, y0), (x1, y1) = ring.min(0), ring.max(0) + 1
    top, bottom = (int(each) for each in np.clip((y0, y1), 0, shape[0]))
    left, right = (int(each) for each in np.clip((x0, x1), 0, shape[1]))
    box = np.zeros((bottom - top, right - left), np.uint8)
    if box.size:
        cv2.fillPoly(box, [(ring - (left, top)).astype(np.int32)], 1)
    return slice(top, bottom), slice(left, right), box.view(np.bool_)
