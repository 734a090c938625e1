"""Raw images: the values that a file stores, for the view alone; models see what `read_image` returns."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.images.header import ImageHeader
from segcore.images.image import MAX_DECODING, check_size, opened, read_image, upright

MOST_PAGES = 8
"""Pages of a file that are shown as channels."""


def read_raw(path: Path) -> NDArray[Any]:
    """Read the stored values of an image.

    Returns
    -------
    NDArray
        [H, W, C] of uint8, uint16 or float32, C-contiguous. C is 1 for grey, 3 for RGB, and the
        number of pages (at most `MOST_PAGES`) for a file whose grey pages have one size; EXIF rotation is applied.

    Raises
    ------
    ImageError
        As `read_image`.
    """
    with opened(path) as (file, header):
        check_size(path, header)
        planes = _planes(file, header) if header.format in ("TIFF", "PNG") else None
    if planes is not None:
        known = planes.dtype in (np.uint8, np.uint16, np.float32)
        return np.ascontiguousarray(planes if known else planes.astype(np.float32))
    image = read_image(path)
    is_grey = bool((image[..., :1] == image[..., 1:]).all())
    return np.ascontiguousarray(image[..., :1]) if is_grey else image


def _planes(file: IO[bytes], header: ImageHeader) -> NDArray[Any] | None:
    """Read 16-bit and float values and several grey pages; None when it is something else."""
    pages = min(header.pages, MOST_PAGES, max(1, MAX_DECODING // max(1, header.decoding)))
    file.seek(0)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        _, found = cv2.imdecodemulti(np.fromfile(file, np.uint8), flags, range=(0, pages))
    except cv2.error:
        return None
    if not found or found[0] is None or found[0].shape[:2] != (header.height, header.width):
        return None
    first = np.asarray(found[0])
    if first.dtype == np.uint8 and len(found) == 1:
        return None
    if first.ndim == 3:
        colors = first[..., 2::-1] if first.shape[2] >= 3 else first[..., :1]
        return upright(colors, header.orientation)
    alike = [each for each in found if each.shape == first.shape and each.dtype == first.dtype]
    return upright(np.stack(alike, axis=-1), header.orientation)
