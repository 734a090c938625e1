"""What label maps are called: each after its image."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import PurePosixPath

from segcore.images.page_path import counted_in, page_name, split_id

MAX_STEM = 240
"""Bytes of a flat name: a file name may have 255, and a suffix and a number follow."""


def stem_of(image_id: str) -> str:
    """Return an image path without its extension: ``a/x`` for ``a/x.jpg``, ``a/x_0007`` for ``a/x.tif/slice-0007``."""
    file, page = split_id(image_id)
    folder, slash, name = file.rpartition("/")
    stem = folder + slash + (name.rpartition(".")[0] or name)
    counted = counted_in(page)
    return stem if not page else f"{stem}_{counted[0][1]:04d}" if len(counted) == 1 else f"{stem}_{page}"


def stacks_in(ids: Iterable[str]) -> set[str]:
    """Return the files that hold several of the images."""
    return {file for file, page in map(split_id, ids) if page}


def copy_suffix(image_id: str, stacks: Collection[str]) -> str:
    """Return the suffix of the copy of an image: its own; ``.png`` for an image of one of these files of several."""
    file, _ = split_id(image_id)
    return ".png" if file in stacks else PurePosixPath(file).suffix


def _stems(ids: Sequence[str]) -> dict[str, str]:
    """Return `stem_of` each image; the first of a stack gets its number, too."""
    stems = {image_id: stem_of(image_id) for image_id in ids}
    for image_id in ids:
        file, page = split_id(image_id)
        if page and stems.get(file) == stem_of(file):
            stems[file] = stem_of(f"{file}/{page_name(tuple((noun, 1) for noun, _ in counted_in(page)))}")
    return stems


def label_names(image_ids: Iterable[str], shape: Callable[[str], str] = str) -> dict[str, str]:
    """Return the name of each image's label map, without ``.png``: the image path without its extension.

    The seventh slice of ``x.tif`` has ``x_0007``. Images whose names would be equal (``a/x.jpg`` and ``a/x.png``; upper
    and lower case are the same) all keep their extension. Names that are equal even then get a number.

    Parameters
    ----------
    image_ids : iterable of str
        All images of the project, not only those that have labels: a name must not fit a second image.
    shape : Callable
        Makes a name fit the layout, see `flat`.
    """
    ids = list(image_ids)
    full = {image_id: shape(image_id) for image_id in ids}
    names = {image_id: shape(stem) for image_id, stem in _stems(ids).items()}
    while True:
        counts = Counter(name.casefold() for name in names.values())
        equal = [i for i, name in names.items() if counts[name.casefold()] > 1 and name != full[i]]
        if not equal:
            return _numbered(names)
        names.update((image_id, full[image_id]) for image_id in equal)


def flat(name: str) -> str:
    """Return a name for a folder without sub-folders: ``/`` and white space become ``_``; at most `MAX_STEM` bytes.

    What is longer ends with a hash of the whole name.
    """
    plain = re.sub(r"[\s/\\]+", "_", name)
    data = plain.encode("utf-8", "surrogateescape")
    if len(data) <= MAX_STEM:
        return plain
    return data[: MAX_STEM - 17].decode(errors="ignore") + "_" + hashlib.sha256(data).hexdigest()[:16]


def _numbered(names: dict[str, str]) -> dict[str, str]:
    taken: set[str] = set()
    unique = {}
    for image_id, name in names.items():
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free.casefold())
        unique[image_id] = free
    return unique
