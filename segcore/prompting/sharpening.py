"""Sharpening: a mask comes from cells of four pixels or more; its border is moved to the edges in the image."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import Covered, covered_by
from segcore.interactive.edge_refine import EdgeRefine
from segcore.progress import Task
from segcore.prompting.layout import LOW

LEAST, MOST = 3, 6
"""Pixels: how far to each side the border may move. Cells of less than the first are left as they are."""
AROUND = 48
"""Pixels around the mask that are looked at."""


def sharpened(image: NDArray[np.uint8], found: Covered) -> Task[Covered]:
    """Return the pixels of a thing in an image, uint8 RGB [H, W, 3], with their border on the edges, by `EdgeRefine`.

    The border moves by at most one cell of the decoder, or `MOST` pixels.
    """
    height, width = image.shape[:2]
    reach = min(MOST, round(max(height, width) / LOW))
    if found.box.is_empty or reach < LEAST:
        return found
    box = found.box.widened(AROUND).clipped(height, width)
    inside = np.zeros((box.height, box.width), np.uint8)
    inside[found.box.inside(box).slices] = found.mask
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    band = cv2.dilate(inside, disk) > cv2.erode(inside, disk, borderValue=1)
    labels = np.where(inside > 0, np.uint8(1), np.uint8(0))
    refine = EdgeRefine(
        np.ascontiguousarray(image[box.slices]), labels, np.zeros_like(labels), None, np.array([0, 1], np.uint8)
    )
    decided = yield from refine.decide(np.asarray(band))
    labels[decided.box.slices] = decided.labels
    return covered_by(labels == 1, box.left, box.top)
