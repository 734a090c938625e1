"""Copies of images beside their label maps."""

from __future__ import annotations

from pathlib import Path

import cv2

from segcore.errors import ImageError
from segcore.files.regular_file import open_regular
from segcore.formats.written_files import copy_file, write_bytes
from segcore.images.header.png import read_png, read_png_header
from segcore.images.image import read_image


def copy_image(image: Path, target: Path) -> None:
    """Copy an image file as it is, or write it as PNG, as `read_image` reads it, where ``target`` is called so.

    Raises ProjectError when the disk refuses, ImageError when the image cannot be read.
    """
    if target.suffix == image.suffix.lower():
        copy_file(image, target)
        return
    _write_png(image, target)


def copy_rgb(image: Path, target: Path) -> None:
    """Copy an image file where it is a PNG of 8-bit RGB, else write it as one, as `read_image` reads it.

    Raises ProjectError when the disk refuses, ImageError when the image cannot be read.
    """
    if _is_plain(image):
        copy_file(image, target)
    else:
        _write_png(image, target)


def _is_plain(image: Path) -> bool:
    try:
        with open_regular(image) as file:
            header = read_png_header(file)
            return (header.mode, header.depth) == ("RGB", 8) and read_png(file).orientation == 1
    except (OSError, ValueError):
        return False


def _write_png(image: Path, target: Path) -> None:
    is_written, data = cv2.imencode(".png", read_image(image)[..., ::-1])
    if not is_written:
        raise ImageError(f"{image} cannot be written as PNG.", "Cut it into smaller images.")
    write_bytes(target, data.tobytes())
