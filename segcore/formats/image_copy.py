"""Copies of images beside their label maps."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2

from segcore.errors import ImageError
from segcore.files.atomic import atomic_write, atomic_write_bytes, writing
from segcore.files.regular_file import open_regular
from segcore.images.image import image_layout, read_image
from segcore.images.page_path import file_of


def copy_image(image: Path, folder: Path, stem: str) -> None:
    """Copy an image file as it is; an image of a file with several becomes a PNG file, as `read_image` reads it.

    Raises ProjectError when the disk refuses, ImageError when the image cannot be read.
    """
    if file_of(image) == image and len(image_layout(image)) == 1:
        copy = folder / f"{stem}{image.suffix.lower()}"
        with writing(copy), open_regular(image) as source, atomic_write(copy) as target:
            shutil.copyfileobj(source, target)
        return
    is_written, data = cv2.imencode(".png", read_image(image)[..., ::-1])
    if not is_written:
        raise ImageError(f"{image} cannot be written as PNG.", "Cut it into smaller images.")
    with writing(folder / f"{stem}.png"):
        atomic_write_bytes(folder / f"{stem}.png", data.tobytes())
