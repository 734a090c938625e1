"""``images.txt``: which image a name of our own export belongs to, a line ``name<tab>image path`` for each."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import LabelError
from segcore.formats.label_folder import image_of, read_lines


def image_names(folder: Path) -> dict[str, str]:
    """Return the image of each name; nothing when the data set is of another program, or the list is damaged."""
    try:
        pairs = [line.partition("\t") for line in read_lines(folder / "images.txt")]
        return {image_of(name): image_of(image) for name, tab, image in pairs if tab}
    except (LabelError, ValueError, RecursionError):
        return {}
