"""Label maps of all slices of a stack in one TIFF file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from segcore.errors import ImageError
from segcore.images.image import image_layout
from segcore.images.layout import Layout
from segcore.images.page_path import is_stack_name, split_id


def labels_of_slices(folder: Path, ids: Iterable[str], found: dict[str, str]) -> dict[str, str]:
    """Give the slices of a stack the pages of the file that was found for it, the first page to the first slice.

    Parameters
    ----------
    folder : Path
        With the label maps.
    ids : iterable of str
        The images.
    found : dict[str, str]
        Label maps that were found by name, paths below ``folder``: for the file of a stack, that of the whole stack.

    Returns
    -------
    dict[str, str]
        ``found`` with paths of pages, see `page_path`. A file with another number of pages than the stack has images
        belongs to none of them.
    """
    stacks: dict[str, list[str]] = defaultdict(list)
    for image_id in ids:
        stacks[split_id(image_id)[0]].append(image_id)
    every = dict(found)
    for file, images in stacks.items():
        name = found.get(file)
        if name is None or len(images) == 1 or not is_stack_name(name):
            continue
        layout = _layout(folder / name)
        if len(layout) == len(images):
            pages = [name, *(f"{name}/{page}" for page in layout.names()[1:])]
            every |= {image_id: page for image_id, page in zip(images, pages, strict=True) if image_id not in found}
        elif len(layout) > 1:
            del every[file]
    return every


def _layout(path: Path) -> Layout:
    try:
        return image_layout(path)
    except ImageError:  # who reads the labels tells it
        return Layout()
