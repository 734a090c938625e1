"""Copies of images beside their label maps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import cv2

from segcore.errors import ImageError
from segcore.files.regular_file import open_regular
from segcore.formats.format import Difference
from segcore.formats.label_names import label_names, stacks_in
from segcore.formats.written_files import copy_file, write_bytes
from segcore.images.header.png import read_png, read_png_header
from segcore.images.image import image_header, read_image
from segcore.images.page_path import file_of, split_id

_FULL_COLOUR = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _FULL_COLOUR)
_JPEG_SIDE = 65_500
"""Pixels; ``JPEG_MAX_DIMENSION`` of libjpeg's ``jmorecfg.h``."""
_UPRIGHT = Difference("turned upright and compressed again as a JPEG of quality 95: colours differ a little", None)


def copy_image(image: Path, target: Path) -> Sequence[Difference]:
    """Copy an image file as it is, or write it as PNG, as `read_image` reads it, where ``target`` is called so.

    A JPEG that EXIF turns is written upright, for most readers of data sets turn no image, and its label map is
    upright; what is different then is returned. Raises ProjectError when the disk refuses, ImageError when the image
    cannot be read.
    """
    if target.suffix.lower() != image.suffix.lower():
        _write(image, target)
        return ()
    with suppress(ImageError):  # a damaged file is copied as it is
        header = image_header(image)
        if header.format == "JPEG" and header.orientation != 1:
            write_bytes(target, encoded(image, ".jpg", _JPEG))
            return (_UPRIGHT,)
    copy_file(image, target)
    return ()


class CopiedImages:
    """Copies of images in one folder, under their paths; an image of a stack is a PNG file of its own."""

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        self._folder, stacks = folder, stacks_in(ids)
        own = label_names(ids) if stacks else {}
        self.names = {each: f"{own[each]}.png" if split_id(each)[0] in stacks else each for each in ids}
        """What the copy of each image is called."""

    def copy(self, image: Path, image_id: str) -> Sequence[Difference]:
        """Copy an image; see `copy_image`."""
        return copy_image(image, self._folder / self.names[image_id])


def copy_rgb(image: Path, target: Path) -> None:
    """Copy an image file where it is a PNG of 8-bit RGB, else write it as one, as `read_image` reads it.

    Raises ProjectError when the disk refuses, ImageError when the image cannot be read.
    """
    if _is_plain(image):
        copy_file(image, target)
    else:
        _write(image, target)


def copy_jpeg(image: Path, target: Path) -> Sequence[Difference]:
    """Copy a JPEG file as it is, else write the image as one, as `read_image` reads it; return what is different then.

    A JPEG that EXIF turns is written upright, see `copy_image`. An image that cannot be read, or is too large for a
    JPEG, is copied beside ``target`` with its own suffix. Raises ProjectError when the disk refuses.
    """
    try:
        header = image_header(image)
        if (header.format, header.orientation) == ("JPEG", 1):
            copy_file(image, target)
            return ()
        if max(header.shape) > _JPEG_SIDE:
            _copy_beside(image, target)
            return [Difference("copied as it is, because a JPEG has sides of at most 65,500 pixels", None)]
        _write(image, target, _JPEG)
    except ImageError:
        _copy_beside(image, target)
        return [Difference("copied as it is, because it cannot be read", None)]
    if header.format == "JPEG":
        return [_UPRIGHT]
    return [Difference("copied as a JPEG of quality 95, as the format wants it: colours differ a little", None)]


def _copy_beside(image: Path, target: Path) -> None:
    file = file_of(image)
    copy_file(file, target.with_name(f"{target.stem}{file.suffix.lower()}"))


def _is_plain(image: Path) -> bool:
    try:
        with open_regular(image) as file:
            header = read_png_header(file)
            return (header.mode, header.depth) == ("RGB", 8) and read_png(file).orientation == 1
    except (OSError, ValueError):
        return False


def _write(image: Path, target: Path, parameters: Sequence[int] = ()) -> None:
    """Write an image in the format that the suffix of ``target`` names."""
    write_bytes(target, encoded(image, target.suffix, parameters))


def encoded(image: Path, suffix: str, parameters: Sequence[int] = ()) -> bytes:
    """Return a file in the format of this suffix with an image, as `read_image` reads it. Raises ImageError."""
    is_written, data = cv2.imencode(suffix, read_image(image)[..., ::-1], parameters)
    if not is_written:
        raise ImageError(f"{image} cannot be written as {suffix[1:].upper()}.", "Cut it into smaller images.")
    return data.tobytes()
