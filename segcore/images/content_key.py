"""Content key: names an image by its pixels, so that what was computed of it is found again."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray


def content_key(image: NDArray[np.uint8]) -> str:
    """Return a name made of the size and the CRC-32 of the pixels of an image, uint8 [H, W, 3]."""
    height, width = image.shape[:2]
    return f"{height}x{width}-{zlib.crc32(np.ascontiguousarray(image).data):08x}"
