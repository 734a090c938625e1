"""Copies of images beside their label maps."""

from __future__ import annotations

from pathlib import Path

import cv2

from segcore.errors import ImageError
from segcore.formats.written_files import copy_file, write_bytes
from segcore.images.image import read_image


def copy_image(image: Path, target: Path) -> None:
    """Copy an image file as it is, or write it as PNG, as `read_image` reads it, where ``target`` is called so.

    Raises ProjectError when the disk refuses, ImageError when the image cannot be read.
    """
    if target.suffix == image.suffix.lower():
        copy_file(image, target)
        return
    is_written, data = cv2.imencode(".png", read_image(image)[..., ::-1])
    if not is_written:
        raise ImageError(f"{image} cannot be written as PNG.", "Cut it into smaller images.")
    write_bytes(target, data.tobytes())
