"""Livewire: lines that follow the edges in an image.

Mortensen and Barrett, "Intelligent scissors for image composition", SIGGRAPH 1995, as OpenCV has it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import Point

REACH = 224
"""Pixels around the first one in which lines follow edges: their costs are known in 40 ms."""
CANNY = 32, 100
"""Thresholds of the edge detector, levels of 255."""
STRONGEST = 200
"""Gradient from which on an edge costs nothing, levels of 255."""


class Livewire:
    """The cheapest lines from one pixel to all around; along an edge a line costs least.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3].
    start : Point
        Where lines begin; moved into the image.
    reach : int
        Pixels up, down, left and right within which edges are followed.
    stride : int
        Pixels of the person's image that one of ``image`` stands for. All points are those of the person's image.
    """

    def __init__(self, image: NDArray[np.uint8], start: Point, reach: int = REACH, stride: int = 1) -> None:
        import cv2  # only now: the window must be seen soon

        height, width = image.shape[:2]
        self._stride = stride
        x, y = (min(max(int(at // stride), 0), size - 1) for at, size in ((start.x, width), (start.y, height)))
        self._box = box = Box(x - reach, y - reach, x + reach + 1, y + reach + 1).clipped(height, width)
        self._start = start
        self._scissors = None
        if min(box.width, box.height) > 1:
            self._scissors = cv2.segmentation.IntelligentScissorsMB()
            self._scissors.setEdgeFeatureCannyParameters(*CANNY)
            self._scissors.setGradientMagnitudeMaxLimit(STRONGEST)
            self._scissors.applyImage(np.ascontiguousarray(image[box.slices]))
            self._scissors.buildMap((x - box.left, y - box.top))

    def line_to(self, end: Point) -> list[Point]:
        """Return the points of the line after its start, the last one ``end``; straight where it leaves the reach."""
        if self._scissors is None:
            return [end]
        box, stride = self._box, self._stride
        x = min(max(int(end.x // stride), box.left), box.right - 1)
        y = min(max(int(end.y // stride), box.top), box.bottom - 1)
        found = np.asarray(self._scissors.getContour((x - box.left, y - box.top))).reshape(-1, 2)
        centres = (found + (box.left, box.top) + 0.5) * stride
        return [*(Point(float(px), float(py)) for px, py in centres[1:-1]), end]
