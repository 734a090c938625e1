"""Pictures of label issues: the image, the label and the suggestion side by side."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.images.overlay import overlay
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.worklist.label_issues import LabelIssue

MARGIN = 0.5
"""Surroundings on each side, as a share of the longer side of the issue."""
LEAST_MARGIN = 24
"""Pixels of the image."""
GREY = 128
GAP = 4
"""Pixels between the panels."""


def issue_picture(
    image: NDArray[np.uint8], labels: NDArray[np.uint8], issue: LabelIssue, classes: ClassSet, side: int
) -> NDArray[np.uint8]:
    """Return three square panels: the image, the issue in the colour of its label, and in that of the suggestion.

    Parameters
    ----------
    image, labels : NDArray[np.uint8]
        RGB [H, W, 3]; class values [H, W].
    side : int
        Pixels of a panel.

    Returns
    -------
    NDArray[np.uint8]
        RGB [side, 3 side + 2 `GAP`, 3].
    """
    box = _around(issue.box, image.shape[0], image.shape[1])
    crop = np.ascontiguousarray(image[box.slices])
    mask = np.zeros(labels.shape, np.bool_)
    mask[issue.box.slices] = issue.mask(labels)
    marked = mask[box.slices]
    panels = [crop]
    for value in (issue.value, issue.suggestion):
        panels.append(overlay(crop, np.where(marked, np.uint8(value), np.uint8(IGNORE_INDEX)), classes))
    gap = np.full((side, GAP, 3), GREY, np.uint8)
    found = [_square(panel, side) for panel in panels]
    return np.hstack([found[0], gap, found[1], gap, found[2]])


def _around(box: Box, height: int, width: int) -> Box:
    """Return a box with its surroundings, square where the image has room."""
    longest = max(box.width, box.height)
    half = longest // 2 + max(LEAST_MARGIN, int(MARGIN * longest))
    x, y = (box.left + box.right) // 2, (box.top + box.bottom) // 2
    x, y = (min(max(at, half), max(half, size - half)) for at, size in ((x, width), (y, height)))
    return Box(x - half, y - half, x + half, y + half).clipped(height, width)


def _square(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = cv2.resize(picture, size, interpolation=way)
    out = np.full((side, side, 3), GREY, np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    out[top : top + size[1], left : left + size[0]] = small
    return out
