"""Reading images: any file a camera, a microscope or a browser makes -> uint8 RGB [H, W, 3]."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from segcore.errors import ImageError, MaskwrightError
from segcore.files.regular_file import open_regular
from segcore.images.deep_colour import bands, stretch
from segcore.images.header import ImageHeader, read_header
from segcore.images.header.jpeg import check_scans
from segcore.images.header.tiff import TiffPage, left_to_pillow, smaller_copies, tiff_pages
from segcore.images.jpeg import decode_jpeg
from segcore.images.layout import Layout
from segcore.images.page_path import file_of, split_page
from segcore.images.stack import number_of, read_layout
from segcore.images.tiff.decode import decode_rgb, decode_thin
from segcore.progress import Progress, Task, drive

MAX_PIXELS = 400_000_000
"""Larger images are refused with a clear message instead of filling the memory."""

MAX_DECODING = 1_800_000_000
"""Bytes that decoding may take beyond the RGB image; what needs more is refused. Decoders add some megabytes."""

DRAFT_PIXELS = 50_000_000
"""Larger images take long enough to decode that a small picture is worth showing first."""

DRAFT_SIDE = 1000
"""Pixels, at least, of the small picture, if there is a choice."""

THUMBNAIL_PIXELS = 64_000_000
"""Larger images have a thumbnail only when a small picture can be decoded of them."""

_ORIENTATION = 0x0112  # the EXIF tag


class ThumbnailError(ImageError):
    """An image that can be read is too large for a thumbnail."""


cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong with a file is said in an ImageError
# Parts of a large image that are mappings of their own go back to the system once they are freed.
Image.core.set_block_size(64 << 20)  # type: ignore[attr-defined]
Image.MAX_IMAGE_PIXELS = None  # the header is checked here, before Pillow sees the file


def read_image(path: Path, page: int = 0) -> NDArray[np.uint8]:
    """Read an image file.

    EXIF rotation is applied; alpha is dropped; grey, palette and CMYK become RGB; 16-bit and float images are
    stretched from their 0.1 to 99.9 percentile to 0-255 (they rarely use their whole range). Of three or more channels
    that are no colours the first three are read, each stretched by itself, of two the first. What the file is called
    does not count: only the formats of `segcore.images.list_images` are decoded, and no other program is started.

    Parameters
    ----------
    path : Path
        The file, or an image within it, see `page_path`.
    page : int
        Page of a TIFF file, from 0 (see `tiff_pages`); of other files only the first frame is read.

    Returns
    -------
    NDArray[np.uint8]
        RGB, shape [H, W, 3], 0-255, C-contiguous and writeable.

    Raises
    ------
    ImageError
        Missing, empty, truncated, no ordinary file, not an image, more than `MAX_PIXELS` pixels, without this page, or
        of a kind whose decoding would take more than `MAX_DECODING` bytes beside the result.
    """
    return drive(reading(path, page))


def reading(path: Path, page: int = 0) -> Task[NDArray[np.uint8]]:
    """Do what `read_image` does in steps, between which it can be closed.

    Here it is decided who decodes: tifffile a TIFF file (but for `left_to_pillow`), OpenCV a PNG file of 16-bit
    colours, imagecodecs a JPEG (see `decode_jpeg`), Pillow everything else.
    """
    with opened(path, page) as (file, header):
        check_size(path, header)
        if header.format == "JPEG" and not header.shrinks:
            check_scans(file)
        out = np.empty((*header.shape, 3), np.uint8)
        target = source_view(out, header.orientation)
        found = tiff_pages(file)[header.page] if header.format == "TIFF" else None
        if found is not None and not left_to_pillow(file, found):
            for done in decode_rgb(file, found, target):
                yield Progress(done, 1.0, f"Read {path.name}")
        elif (header.deep and _read_deep(file, header, out)) or (header.format == "JPEG" and decode_jpeg(file, target)):
            pass
        else:
            with _decoder(file, header) as image:
                image.seek(header.page)
                _read(image, header, out)
        return out


def image_header(path: Path, page: int = 0) -> ImageHeader:
    """Read the header of an image file or of a page of it, no pixel. Raises ImageError."""
    with opened(path, page) as (_, header):
        return header


def image_size(path: Path, page: int = 0) -> tuple[int, int]:
    """(height, width) in pixels after EXIF rotation, from the header alone. Raises ImageError."""
    return image_header(path, page).shape


def pages_of(path: Path) -> tuple[TiffPage, ...]:
    """Return the pages of a TIFF file, from its directories alone; () for another format. Raises ImageError.

    ``read_image(path, n)`` reads the n-th of them, from 0.
    """
    with opened(path) as (file, header):
        return tiff_pages(file) if header.format == "TIFF" else ()


def image_layout(path: Path) -> Layout:
    """Return which images a file holds, from its directories alone. Raises ImageError."""
    with opened(path) as (file, header):
        return read_layout(file) if header.pages > 1 else Layout()


def read_draft(path: Path, page: int = 0) -> NDArray[np.uint8] | None:
    """Read a small picture of a large image, RGB [h, w, 3], upright: many times sooner than the whole.

    A JPEG at an eighth of its size; a smaller copy in a TIFF file of at least `DRAFT_SIDE` pixels, or some rows and
    columns of one without compression. None for an image of
    at most `DRAFT_PIXELS`, and where the file has no such picture. Raises ImageError.
    """
    with opened(path, page) as (file, header):
        check_size(path, header)
        if header.width * header.height <= DRAFT_PIXELS:
            return None
        if header.format == "TIFF":
            return _smaller(file, header, DRAFT_SIDE, DRAFT_SIDE)
        if header.format != "JPEG" or not header.shrinks:
            return None
        with _decoder(file, header) as image:
            image.draft("RGB", (image.width // 8, image.height // 8))
            return np.ascontiguousarray(upright(np.asarray(image.convert("RGB")), header.orientation))


def read_thumbnail(path: Path, width: int, height: int, page: int = 0) -> NDArray[np.uint8]:
    """Read a small picture that fills ``width`` x ``height`` with the middle of an image.

    Returns
    -------
    NDArray[np.uint8]
        RGB, [height, width, 3].

    Raises
    ------
    ThumbnailError
        Above `THUMBNAIL_PIXELS`, where the whole image would have to be decoded.
    ImageError
        As `read_image`.
    """
    with opened(path, page) as (file, header):
        check_size(path, header)
        pixels = _smaller(file, header, height, width) if header.format == "TIFF" else None
        if pixels is None and not header.shrinks and header.width * header.height > THUMBNAIL_PIXELS:
            raise ThumbnailError(f"{path} is too large for a thumbnail.", "Open it to see it.")
        if header.format == "JPEG":
            check_scans(file) if not header.shrinks else None
            with _decoder(file, header) as image:
                turned = header.shape != (header.height, header.width)
                image.draft("RGB", (2 * height, 2 * width) if turned else (2 * width, 2 * height))
                small = image.convert("RGB")
            pixels = upright(np.asarray(small), header.orientation)
    if pixels is None:
        pixels = read_image(path, page)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(ImageOps.fit(picture, (width, height)))


def _smaller(file: IO[bytes], header: ImageHeader, height: int, width: int) -> NDArray[np.uint8] | None:
    """Read the smallest copy in a TIFF file that has this size at least, or the largest.

    Without a copy, some rows and columns of a large picture; None when it is packed or small.
    """
    found = tiff_pages(file)[header.page]
    copies = [each for each in smaller_copies(file, found) if each[0].width * each[0].height <= DRAFT_PIXELS]
    if left_to_pillow(file, found):
        return None
    if not copies and header.width * header.height <= min(DRAFT_PIXELS, THUMBNAIL_PIXELS):
        return None  # all pixels look better
    if not copies:
        thin = decode_thin(file, found, min(header.shape[0] // height, header.shape[1] // width))
        return None if thin is None else np.ascontiguousarray(upright(thin, header.orientation))
    large = [each for each in copies if each[0].shape[0] >= height and each[0].shape[1] >= width]
    small, plane = large[-1] if large else copies[0]
    out = np.empty((small.height, small.width, 3), np.uint8)
    for _ in decode_rgb(file, TiffPage((plane,)), out):
        pass
    return np.ascontiguousarray(upright(out, header.orientation))


@contextmanager
def opened(path: Path, page: int = 0) -> Iterator[tuple[IO[bytes], ImageHeader]]:
    """Open an image file and read the header of a page; whatever goes wrong in the body becomes an ImageError."""
    try:
        within, name = split_page(path)
        with open_regular(within) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata in files it reads well
            yield file, read_header(file, number_of(file, name) if name else page)
    except MaskwrightError:
        raise
    except FileNotFoundError as error:
        raise ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.") from error
    except Exception as error:  # decoders raise what they like
        raise _unreadable(path, error) from error


def check_size(path: Path, header: ImageHeader) -> None:
    """Raise ImageError when an image has too many pixels, or takes too much memory to decode."""
    pixels, size = header.width * header.height, f"{header.width} x {header.height} pixels"
    if pixels > MAX_PIXELS:
        raise ImageError(
            f"{path} has {size}, more than {MAX_PIXELS // 1_000_000} megapixels.", "Cut it into smaller images."
        )
    if header.decoding > MAX_DECODING:
        limit = pixels * MAX_DECODING // header.decoding
        raise ImageError(
            f"{path} has {size}; a file of its kind ({header.format}) takes {header.decoding / 1e9:.1f} GB to decode, "
            f"more than {MAX_DECODING / 1e9:.1f} GB.",
            f"Cut it into images of at most {limit / 1e6:.0f} megapixels, or save it as an ordinary 8-bit PNG.",
        )


@contextmanager
def _decoder(file: IO[bytes], header: ImageHeader) -> Iterator[Image.Image]:
    file.seek(0)
    with Image.open(file, formats=(header.format,)) as image:
        if image.size not in ((header.width, header.height), header.shape[::-1]):
            raise ValueError("its header names two sizes")
        yield image


def _read(image: Image.Image, header: ImageHeader, out: NDArray[np.uint8]) -> None:
    """Decode into ``out``, band by band: Pillow's copies would take several times the memory of a large image."""
    image.load()
    turned = header.format == "TIFF" and _ORIENTATION not in image.getexif()  # Pillow turns TIFF files itself
    target = out if turned else source_view(out, header.orientation)
    if target.shape[1::-1] != image.size:
        raise ValueError("its header names two sizes")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        stretch(lambda top, bottom: np.asarray(image.crop((0, top, image.width, bottom))), target)
        return
    for top, bottom in bands(target.shape[0], target.shape[1]):
        band = image.crop((0, top, image.width, bottom))
        if band.mode == "P" and "transparency" in band.info:
            band = band.convert("RGBA")
        target[top:bottom] = np.asarray(band if band.mode == "RGB" else band.convert("RGB"))


def _read_deep(file: IO[bytes], header: ImageHeader, out: NDArray[np.uint8]) -> bool:
    """Read 16-bit colour, of which Pillow keeps the high byte; False when it is something else."""
    file.seek(0)
    try:
        image = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return False
    if image is None or image.dtype == np.uint8 or image.size == 0:
        return False
    if image.ndim == 3:
        image = image[..., 2::-1] if image.shape[2] >= 3 else image[..., 0]
    target = source_view(out, header.orientation)
    if image.shape[:2] != target.shape[:2]:
        return False
    stretch(lambda top, bottom: image[top:bottom], target)
    return True


def source_view(out: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """``out`` as the file has it: what is written there stands upright in ``out``."""
    return upright(out, {6: 8, 8: 6}.get(orientation, orientation))


def upright(image: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo an EXIF orientation (1-8)."""
    if orientation in (5, 6, 7, 8):
        image = np.rot90(image, -1)
        orientation = {6: 1, 5: 2, 8: 3, 7: 4}[orientation]
    return {2: image[:, ::-1], 3: image[::-1, ::-1], 4: image[::-1]}.get(orientation, image)


def _unreadable(path: Path, error: BaseException) -> ImageError:
    try:
        found = file_of(path).stat()
        empty = stat.S_ISREG(found.st_mode) and found.st_size == 0
    except (FileNotFoundError, NotADirectoryError):
        return ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.")
    except (OSError, ValueError):
        empty = False
    if empty:
        return ImageError(f"{path} is empty (0 bytes).", "Copy it again from its source.")
    if isinstance(error, MemoryError):
        return ImageError(f"{path} does not fit into memory.", "Cut it into smaller images.")
    reason = (error.strerror or error) if isinstance(error, OSError) else error
    return ImageError(
        f"{path} cannot be read as an image ({reason}).", "It may be truncated; copy it again or convert it."
    )
