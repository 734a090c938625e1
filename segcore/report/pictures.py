"""Pictures inside an HTML file, as data URIs."""

from __future__ import annotations

import base64
import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

LONGEST = 480
"""Longer side in pixels; a report of twenty pictures stays below two megabytes."""

QUALITY = 85


def data_uri(picture: NDArray[np.uint8]) -> str:
    """RGB uint8 [H, W, 3] -> a JPEG as ``data:`` text, at most `LONGEST` pixels long."""
    height, width = picture.shape[:2]
    shrink = min(1.0, LONGEST / max(height, width))
    if shrink < 1.0:
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
