"""Raw images: the values that a file stores, for the view alone; models see what `read_image` returns."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.images.header import ImageHeader
from segcore.images.image import MAX_DECODING, check_size, opened, read_image, upright
from segcore.images.page_path import split_page
from segcore.images.stack import read_stack

MOST_CHANNELS = 8
"""Pages of a file that are shown as channels."""


def read_raw(path: Path, pages_are_channels: bool = False) -> NDArray[Any]:
    """Read the stored values of an image.

    Parameters
    ----------
    path : Path
        The file, or an image within it, see `page_path`.
    pages_are_channels : bool
        Whether grey pages are channels of one image where the file does not say what they are.

    Returns
    -------
    NDArray
        [H, W, C] of uint8, uint16 or float32, C-contiguous. C is 1 for grey, 3 for RGB, and the
        number of channels (at most `MOST_CHANNELS`) that are grey pages of a file; EXIF rotation is applied.

    Raises
    ------
    ImageError
        As `read_image`.
    """
    with opened(path) as (file, header):
        check_size(path, header)
        pages = _pages(file, header, split_page(path)[1], pages_are_channels)
        planes = _planes(file, header, pages) if header.format in ("TIFF", "PNG") else None
    if planes is not None:
        known = planes.dtype in (np.uint8, np.uint16, np.float32)
        return np.ascontiguousarray(planes if known else planes.astype(np.float32))
    image = read_image(path)
    is_grey = bool((image[..., :1] == image[..., 1:]).all())
    return np.ascontiguousarray(image[..., :1]) if is_grey else image


def count_of_pages(path: Path, pages_are_channels: bool = False) -> int:
    """Return how many pages of its file are channels of an image; 1 for the colours of one page. Raises ImageError."""
    with opened(path) as (file, header):
        return len(_pages(file, header, split_page(path)[1], pages_are_channels))


def _pages(file: IO[bytes], header: ImageHeader, name: str, pages_are_channels: bool) -> tuple[int, ...]:
    """Return the pages with the channels of an image."""
    if not header.is_stack:
        return (header.page,)
    stack = read_stack(file)
    if pages_are_channels and stack.layout.are_grey:
        return tuple(page.number for pages in stack.pages.values() for page in pages)
    return tuple(page.number for page in stack.of(name))


def _planes(file: IO[bytes], header: ImageHeader, pages: tuple[int, ...]) -> NDArray[Any] | None:
    """Read 16-bit and float values and the grey pages of an image; None when it is something else."""
    most = min(MOST_CHANNELS, max(1, MAX_DECODING // max(1, header.decoding)))
    file.seek(0)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    data = np.fromfile(file, np.uint8)
    try:
        found = [cv2.imdecodemulti(data, flags, range=(page, page + 1))[1][0] for page in pages[:most]]
    except (cv2.error, IndexError):
        return None
    if found[0] is None or found[0].shape[:2] != (header.height, header.width):
        return None
    first = np.asarray(found[0])
    if first.dtype == np.uint8 and len(found) == 1:
        return None
    if first.ndim == 3:
        colors = first[..., 2::-1] if first.shape[2] >= 3 else first[..., :1]
        return upright(colors, header.orientation)
    alike = [each for each in found if each.shape == first.shape and each.dtype == first.dtype]
    return upright(np.stack(alike, axis=-1), header.orientation)
