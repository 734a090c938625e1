"""Pairs from two folders: images, and label maps named like them."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import LabelError
from segcore.formats.label_folder import find_labels
from segcore.images.image import list_images
from segcore.training.dataset import Pair


def pair_folders(images: Path, labels: Path) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pair ``images/a/b.jpg`` with ``labels/a/b.jpg.png`` (as exported) or ``labels/a/b.png``.

    Returns
    -------
    pairs : tuple[Pair, ...]
        In the order of `list_images`; the key is the path below ``images``.
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
    pairs: list[Pair] = []
    without: list[str] = []
    for name in list_images(images):
        path = find_labels(labels, name)
        if path is not None:
            pairs.append(Pair(name, images / name, path))
        else:
            without.append(name)
    if not pairs:
        raise LabelError(
            f"No image in {images} has a label map in {labels}.", "A label map is named like its image: a.jpg, a.png."
        )
    return tuple(pairs), tuple(without)
