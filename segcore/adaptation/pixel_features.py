"""Pixel features: what the frozen network is too coarse to see, lines and edges of two pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.shrinking import shrunk

SCALES = (1.0, 2.0, 4.0)
"""Standard deviations of the smoothing, in pixels."""
CHANNELS = 3 + 7 * len(SCALES)
MOST_PIXELS = 1_100_000
"""A larger image is looked at on a smaller copy: 2 bytes a channel and pixel are kept while it is open."""
LAB_UNIT = 50.0


def pixel_features(image: NDArray[np.uint8], shrink: int = 1) -> NDArray[np.float16]:
    """Return colours, lines and edges around each pixel.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3], 0-255.
    shrink : int
        Pixels of the image for one of the result, along each side; see `shrinking`.

    Returns
    -------
    NDArray[np.float16]
        [`CHANNELS`, ceil(H / shrink), ceil(W / shrink)]: the CIELAB colour; at each scale
        the eigenvalues of the Hessian of the lightness (a dark line has one large and one small), the length of its
        gradient, how much more upright than level the structure is, and the colour less that of its surroundings.
    """
    image = shrunk(image, shrink)
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) / np.float32(LAB_UNIT)
    found = np.empty((CHANNELS, *image.shape[:2]), np.float16)
    found[:3] = lab.transpose(2, 0, 1)
    for number, scale in enumerate(SCALES):
        for channel, plane in enumerate(_at(lab, scale), 3 + 7 * number):
            found[channel] = plane
    return found


def _at(lab: Floats, scale: float) -> list[Floats]:
    smooth = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), scale)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy) * scale**2 for dx, dy in ((2, 0), (0, 2), (1, 1)))
    across, along = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy) * scale for dx, dy in ((1, 0), (0, 1)))
    mean, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    around = lab - cv2.GaussianBlur(lab, (0, 0), 4 * scale)
    lines = [mean + spread, mean - spread, np.hypot(across, along), np.abs(xx) - np.abs(yy)]
    return [*lines, around[..., 0], around[..., 1], around[..., 2]]
