"""The images below a folder, with the pages and slices of its TIFF files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from segcore.errors import ImageError
from segcore.images.image import image_layout
from segcore.images.list_images import list_images
from segcore.images.page_path import is_stack_name


def images_below(folder: Path) -> Iterator[str]:
    """Yield what `list_images` yields, and after a TIFF file its other images, see `page_path`. Raises OSError."""
    for name in list_images(folder):
        yield name
        yield from (f"{name}/{page}" for page in pages_in(folder / name))


def pages_in(path: Path) -> list[str]:
    """Return the names of the images in a file but the first; none for one that cannot be read."""
    if not is_stack_name(path.name):
        return []
    try:
        return image_layout(path).names()[1:]
    except ImageError:  # who reads the first one tells it
        return []
