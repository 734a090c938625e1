"""Raw images: the values that a file stores, for the view alone; models see what `read_image` returns."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError
from segcore.images.header import ImageHeader
from segcore.images.header.tiff import TiffPage, left_to_pillow, tiff_pages
from segcore.images.image import MAX_DECODING, check_size, opened, reading, source_view, upright
from segcore.images.stack import read_layout
from segcore.images.tiff.decode import decode_channels, stored_in
from segcore.progress import Progress, Task, drive, mapped

MOST_CHANNELS = 8
"""Pages of a file that are shown as channels."""
KEPT = (np.uint8, np.uint16, np.float32)
"""Types that stay as they are; others become float32."""


def read_raw(path: Path, page: int = 0, pages_are_channels: bool = False) -> NDArray[Any]:
    """Read the stored values of an image.

    Parameters
    ----------
    path : Path
        The file, or an image within it, see `page_path`.
    page : int
        Page of a TIFF file, from 0.
    pages_are_channels : bool
        Whether grey pages are channels of one image where the file does not say what they are.

    Returns
    -------
    NDArray
        [H, W, C] of uint8, uint16 or float32, C-contiguous. C is 1 for grey, 3 for RGB, the number of channels of a
        TIFF page or, at most `MOST_CHANNELS`, of pages; opacity is none of them. EXIF rotation is applied.

    Raises
    ------
    ImageError
        As `read_image`; or the values take more than `MAX_DECODING` bytes.
    """
    return drive(reading_raw(path, page, pages_are_channels))


def reading_raw(path: Path, page: int = 0, pages_are_channels: bool = False) -> Task[NDArray[Any]]:
    """Do what `read_raw` does in steps, between which it can be closed."""
    with opened(path, page) as (file, header):
        check_size(path, header)
        if header.format == "TIFF":
            found = yield from _tiff(path, file, header, _page(file, header, pages_are_channels))
        else:
            found = _deep_png(file, header) if header.format == "PNG" else None
        if found is not None:
            return found
    image = yield from mapped(reading(path, page), lambda step: step)
    is_grey = bool((image[..., :1] == image[..., 1:]).all())
    return np.ascontiguousarray(image[..., :1]) if is_grey else image


def count_of_pages(path: Path, pages_are_channels: bool = False) -> int:
    """Return how many pages of its file are channels of an image; 1 for the colours of one page. Raises ImageError."""
    with opened(path) as (file, header):
        return len(_page(file, header, pages_are_channels).planes) if header.format == "TIFF" else 1


def _page(file: IO[bytes], header: ImageHeader, pages_are_channels: bool) -> TiffPage:
    """Return the pages with the channels of an image, as one page."""
    pages = tiff_pages(file)
    if not pages_are_channels or not read_layout(file).are_grey:
        return pages[header.page]
    return TiffPage(tuple(page.planes[0] for page in pages[:MOST_CHANNELS]))


def _tiff(path: Path, file: IO[bytes], header: ImageHeader, page: TiffPage) -> Task[NDArray[Any] | None]:
    stored = None if left_to_pillow(file, page) else stored_in(file, page)
    if stored is None:
        return None
    count = max(stored.channels, len(page.planes))
    kind = stored.dtype if stored.dtype in KEPT else np.dtype(np.float32)
    size = header.width * header.height * count * kind.itemsize
    if size > MAX_DECODING:
        raise ImageError(
            f"The values of {path} take {size / 1e9:.1f} GB, more than {MAX_DECODING / 1e9:.1f} GB.",
            "Cut it into smaller images to see its channels.",
        )
    out = np.empty((*header.shape, count), kind)
    for done in decode_channels(file, page, source_view(out, header.orientation)):
        yield Progress(done, 1.0, f"Read {path.name}")
    return out


def _deep_png(file: IO[bytes], header: ImageHeader) -> NDArray[Any] | None:
    """Read 16-bit values; None when it has 8 bits."""
    file.seek(0)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        found = cv2.imdecode(np.fromfile(file, np.uint8), flags)
    except cv2.error:
        return None
    if found is None or found.dtype == np.uint8 or found.shape[:2] != (header.height, header.width):
        return None
    values = found[..., None] if found.ndim == 2 else found[..., 2::-1] if found.shape[2] >= 3 else found[..., :1]
    return np.ascontiguousarray(upright(values, header.orientation))
