"""Pixel features: what the frozen network is too coarse to see, lines and edges of two pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats

SCALES = (1.0, 2.0, 4.0)
"""Standard deviations of the smoothing, in pixels."""
CHANNELS = 3 + 7 * len(SCALES)
MOST_PIXELS = 1_000_000
"""A larger image is looked at on a smaller copy: 2 bytes a channel and pixel are kept while it is open."""
LAB_UNIT = 50.0


def pixel_features(image: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Return colours, lines and edges around each pixel.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3], 0-255.

    Returns
    -------
    NDArray[np.float16]
        [h, w, `CHANNELS`], at the size of the image, or of a copy of `MOST_PIXELS`: the CIELAB colour; at each scale
        the eigenvalues of the Hessian of the lightness (a dark line has one large and one small), the length of its
        gradient, how much more upright than level the structure is, and the colour less that of its surroundings.
    """
    height, width = image.shape[:2]
    shrink = math.sqrt(max(1.0, height * width / MOST_PIXELS))
    if shrink > 1.0:
        size = max(1, round(width / shrink)), max(1, round(height / shrink))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) / np.float32(LAB_UNIT)
    found = np.empty((*image.shape[:2], CHANNELS), np.float16)
    found[..., :3] = lab
    for number, scale in enumerate(SCALES):
        found[..., 3 + 7 * number : 10 + 7 * number] = _at(lab, scale)
    return found


def _at(lab: Floats, scale: float) -> Floats:
    smooth = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), scale)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy) * scale**2 for dx, dy in ((2, 0), (0, 2), (1, 1)))
    across, along = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy) * scale for dx, dy in ((1, 0), (0, 1)))
    mean, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    lines = np.dstack([mean + spread, mean - spread, np.hypot(across, along), np.abs(xx) - np.abs(yy)])
    return np.concatenate([lines, lab - cv2.GaussianBlur(lab, (0, 0), 4 * scale)], axis=2)
