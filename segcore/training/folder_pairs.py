"""Pairs from two folders: images, and label maps named like them."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import LabelError
from segcore.formats.label_matching import match_labels
from segcore.images.images_below import images_below
from segcore.training.dataset import Pair


def pair_folders(images: Path, labels: Path) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pair ``images/a/b.jpg`` with ``labels/a/b.png``, or what else `match_labels` finds for it.

    Returns
    -------
    pairs : tuple[Pair, ...]
        In the order of `images_below`; the key is the path below ``images``.
    without : tuple[str, ...]
        Images that have no label map.

    Raises
    ------
    LabelError
        A folder is missing, or no image has a label map.
    """
    for folder in (images, labels):
        if not folder.is_dir():
            raise LabelError(f"{folder} is not a folder.", "Check the path.")
    found = match_labels(labels, images, list(images_below(images)))
    if not found.names:
        raise LabelError(
            f"No image in {images} has a label map in {labels}.", "A label map is named like its image: a.jpg, a.png."
        )
    return tuple(Pair(image, images / image, labels / name) for image, name in found.names.items()), found.without
