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
from segcore.images.tiff.decode import decode_channels, stored_in
from segcore.progress import Progress, Task, drive, mapped

MOST_PAGES = 8
"""Pages of a file that are shown as channels."""
KEPT = (np.uint8, np.uint16, np.float32)
"""Types that stay as they are; others become float32."""


def read_raw(path: Path, page: int | None = None) -> NDArray[Any]:
    """Read the stored values of an image.

    Parameters
    ----------
    path : Path
        The file.
    page : int | None
        Page of a TIFF file, from 0. None: the first one or, where it is grey, all grey pages of its size as channels,
        at most `MOST_PAGES`.

    Returns
    -------
    NDArray
        [H, W, C] of uint8, uint16 or float32, C-contiguous. C is 1 for grey, 3 for RGB, the number of channels of a
        TIFF page or of pages; opacity is none of them. EXIF rotation is applied.

    Raises
    ------
    ImageError
        As `read_image`; or the values take more than `MAX_DECODING` bytes.
    """
    return drive(reading_raw(path, page))


def reading_raw(path: Path, page: int | None = None) -> Task[NDArray[Any]]:
    """Do what `read_raw` does in steps, between which it can be closed."""
    with opened(path, page or 0) as (file, header):
        check_size(path, header)
        if header.format == "TIFF":
            found = yield from _tiff(path, file, header, page)
        else:
            found = _deep_png(file, header) if header.format == "PNG" else None
        if found is not None:
            return found
    image = yield from mapped(reading(path, page or 0), lambda step: step)
    is_grey = bool((image[..., :1] == image[..., 1:]).all())
    return np.ascontiguousarray(image[..., :1]) if is_grey else image


def _tiff(path: Path, file: IO[bytes], header: ImageHeader, number: int | None) -> Task[NDArray[Any] | None]:
    pages = tiff_pages(file)
    page = pages[number or 0]
    stored = None if left_to_pillow(file, page) else stored_in(file, page)
    if stored is None:
        return None
    if number is None and stored.channels == 1 < len(pages):
        page = _grey_pages_as_channels(file, pages)
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


def _grey_pages_as_channels(file: IO[bytes], pages: tuple[TiffPage, ...]) -> TiffPage:
    """Return the grey pages that are like the first one as one page."""
    first = stored_in(file, pages[0])
    alike = [each for each in pages[: 4 * MOST_PAGES] if len(each.planes) == 1 and stored_in(file, each) == first]
    return TiffPage(tuple(each.planes[0] for each in alike[:MOST_PAGES]))


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
