"""Reading images: any file a camera, a microscope or a browser makes -> uint8 RGB [H, W, 3]."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from segcore.errors import ImageError

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".ppm", ".pgm", ".jp2"})
MAX_PIXELS = 400_000_000
"""Larger images are refused with a clear message instead of filling the memory."""

_ORIENTATION = 0x0112  # the EXIF tag
_BAND_PIXELS = 4_000_000

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong with a file is said in an ImageError
Image.MAX_IMAGE_PIXELS = None  # read_image checks MAX_PIXELS itself, from the header, before decoding


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image file.

    EXIF rotation is applied; alpha is dropped; grey, palette and CMYK become RGB; 16-bit and float images are
    stretched from their 0.1 to 99.9 percentile to 0-255 (they rarely use their whole range).

    Parameters
    ----------
    path : Path
        The file. Only the first frame or page is read.

    Returns
    -------
    NDArray[np.uint8]
        RGB, shape [H, W, 3], 0-255, C-contiguous and writeable.

    Raises
    ------
    ImageError
        Missing, empty, truncated, not an image, or more than `MAX_PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata in files it reads well
            with Image.open(path) as image:
                _check_size(path, image.size)
                if _is_deep_colour(image):
                    deep = _read_deep(path, image.getexif().get(_ORIENTATION, 1))
                    if deep is not None:
                        return deep
                ImageOps.exif_transpose(image, in_place=True)
                if image.mode in ("I", "F") or image.mode.startswith("I;16"):
                    return _stretch(np.asarray(image).astype(np.float32))
                return _to_rgb(image)
    except ImageError:
        raise
    except FileNotFoundError as error:
        raise ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        decoded = _read_deep(path)
        if decoded is not None:
            return decoded
        raise _unreadable(path, error) from error


def image_size(path: Path) -> tuple[int, int]:
    """(height, width) in pixels after EXIF rotation, from the header alone. Raises ImageError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                width, height = image.size
                turned = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
                return (width, height) if turned else (height, width)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        decoded = _read_deep(path)
        if decoded is not None:
            return decoded.shape[0], decoded.shape[1]
        raise _unreadable(path, error) from error


def list_images(folder: Path) -> Iterator[str]:
    """Paths of the images below ``folder``, relative, with ``/``; by name within a folder, files before sub-folders.

    Hidden files and folders and ``*.maskwright`` projects are passed over. Raises OSError if ``folder`` itself
    cannot be listed; sub-folders that cannot be listed are passed over.
    """
    yield from _walk(folder, "")


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=True):
                if not entry.name.endswith(".maskwright"):
                    folders.append(entry.name)
            elif os.path.splitext(entry.name)[1].lower() in IMAGE_SUFFIXES:
                files.append(entry.name)
    yield from (prefix + name for name in sorted(files))
    for name in sorted(folders):
        if os.path.islink(folder / name) and folder.resolve().is_relative_to((folder / name).resolve()):
            continue  # a link to an ancestor would never end
        try:
            yield from _walk(folder / name, f"{prefix}{name}/")
        except OSError:
            continue


def _to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Convert band by band: Pillow's copies and their bytes would take several times the memory of a large image."""
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    rows = max(1, _BAND_PIXELS // max(1, width))
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        if band.mode == "P" and "transparency" in band.info:
            band = band.convert("RGBA")
        pixels[top : top + rows] = np.asarray(band.convert("RGB"))
    return pixels


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise ImageError(
            f"{path} has {size[0]} x {size[1]} pixels, more than {MAX_PIXELS // 1_000_000} megapixels.",
            "Cut it into smaller images.",
        )


def _is_deep_colour(image: Image.Image) -> bool:
    """Whether Pillow would keep the high byte of each 16-bit colour value only, which leaves a dark image black."""
    return image.mode in ("RGB", "RGBA") and any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _read_deep(path: Path, orientation: int = 1) -> NDArray[np.uint8] | None:
    """16-bit or float colour images, which Pillow does not know; None when OpenCV does not know them either."""
    try:
        data = np.fromfile(path, np.uint8)
        if data.size == 0 or not data[:4].tobytes().startswith((b"II", b"MM", b"\x89PNG", b"v/1\x01", b"#?")):
            return None
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except (OSError, cv2.error):
        return None
    if image is None or image.dtype == np.uint8 or image.size == 0:
        return None
    if image.ndim == 3 and image.shape[2] >= 3:
        image = image[..., 2::-1]
    elif image.ndim == 3:
        image = image[..., 0]
    return _stretch(_turned(image, orientation).astype(np.float32))


def _turned(image: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo an EXIF orientation (1-8)."""
    if orientation in (5, 6, 7, 8):
        image = np.rot90(image, -1)
        orientation = {6: 1, 5: 2, 8: 3, 7: 4}[orientation]
    return {2: image[:, ::-1], 3: image[::-1, ::-1], 4: image[::-1]}.get(orientation, image)


def _stretch(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        low, high = 0.0, 1.0
    else:
        sample = finite[:: max(1, finite.size // 1_000_000)]
        low, high = (float(v) for v in np.percentile(sample, (0.1, 99.9)))
    scale = 255.0 / (high - low) if high > low else 0.0
    scaled = np.nan_to_num((values - low) * scale, nan=0.0, posinf=255.0, neginf=0.0)
    out = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.stack([out] * 3, axis=-1) if out.ndim == 2 else out)


def _unreadable(path: Path, error: BaseException) -> ImageError:
    try:
        empty = path.stat().st_size == 0
    except OSError:
        return ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.")
    if empty:
        return ImageError(f"{path} is empty (0 bytes).", "Copy it again from its source.")
    if isinstance(error, MemoryError):
        return ImageError(f"{path} does not fit into memory.", "Cut it into smaller images.")
    return ImageError(
        f"{path} cannot be read as an image ({error}).", "It may be truncated; copy it again or convert it."
    )
