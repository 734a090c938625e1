"""Page paths: an image within a file, such as a slice of a stack, as a path below this file.

``stack.tif/slice-0007`` cannot be another image, because nothing lies below an ordinary file. The first image of a file
has the path of the file itself, so that what is known of it stays when more images are found in the file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

STACK_SUFFIXES = (".tif", ".tiff")
"""Files that are looked into; their names, in lower case, end so."""
PAGES_ARE_CHANNELS = "pages_are_channels"
"""Key of a project's setting: whether grey pages of a file are channels of one image, not images."""
NOUNS = ("frame", "slice", "page")
"""What a name may count, in this order."""
ALIKE = 5
"""Slices that are held out together."""

_PART = re.compile(rf"({'|'.join(NOUNS)})-(\d{{4,8}})", re.ASCII)
_NAME = re.compile(rf"{_PART.pattern}(-{_PART.pattern})*", re.ASCII)


def is_stack_name(name: str) -> bool:
    """Whether a file of this name may hold several images."""
    return name[-5:].lower().endswith(STACK_SUFFIXES)


def page_name(counted: tuple[tuple[str, int], ...]) -> str:
    """Return the name of an image in its file: ``frame-0002-slice-0007`` for (("frame", 2), ("slice", 7))."""
    return "-".join(f"{noun}-{number:04d}" for noun, number in counted)


def counted_in(name: str) -> tuple[tuple[str, int], ...]:
    """Return the inverse of `page_name`; empty for another text."""
    if _NAME.fullmatch(name) is None:
        return ()
    return tuple((noun, int(number)) for noun, number in _PART.findall(name))


def split_id(image_id: str) -> tuple[str, str]:
    """Return the file of an image id or of a path as text, and the name of the image within it ("": the first)."""
    if "-" not in image_id:
        return image_id, ""
    file, _, name = image_id.rpartition("/")
    return (file, name) if is_stack_name(file) and counted_in(name) else (image_id, "")


def with_neighbours(image_id: str) -> str:
    """Return what the images of `ALIKE` slices share that follow each other; of other images the id itself.

    They look nearly alike, so that a network that has learned one knows the others, too.
    """
    file, name = split_id(image_id)
    if not name:
        return image_id
    *outer, (noun, number) = counted_in(name)
    start = (number - 1) // ALIKE * ALIKE + 1
    place = (*outer, (noun, start))
    return file if all(n == 1 for _, n in place) else f"{file}/{page_name(place)}"


def split_page(path: Path) -> tuple[Path, str]:
    """Return the file of a path, and the name of the image within it ("": the first). A file goes before a page."""
    if is_stack_name(path.parent.name) and counted_in(path.name) and not os.path.lexists(path):
        return path.parent, path.name
    return path, ""


def file_of(path: Path) -> Path:
    """Return the file that holds an image: to ask the disk for it, or to copy it."""
    return split_page(path)[0]
