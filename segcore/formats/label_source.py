"""Where label maps lie: in the folder of a data set, or beside the images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from segcore.formats.label_matching import SUFFIXES

INSIDE = ("labels", "SegmentationClass", "LabeledApproved_full")
"""Where a whole data set of label maps keeps them."""

FOLDER_NAMES = ("labels", "masks", "annotations", "SegmentationClass", "label", "mask", "annotation", "gt")
"""What a folder with label maps is often called."""

FOLDER_ENDINGS = ("annot", "_labels", "_masks", "_annotations")
"""What is often added to the name of the image folder."""

_SCANNED = 1000


def labels_inside(folder: Path) -> Path:
    """Return the folder with the label maps when ``folder`` is a whole data set, else ``folder`` itself."""
    return next((folder / name for name in INSIDE if (folder / name).is_dir()), folder)


def labels_beside(images: Path) -> Path | None:
    """Return a folder beside an image folder that looks like its label maps, or None.

    For ``data/images`` it may be ``data/labels``, for ``data/images/train`` ``data/labels/train``, for ``camvid/train``
    ``camvid/trainannot``.
    """
    images = Path(os.path.abspath(images))
    return next((place for place in _beside(images) if place != images and _holds_labels(place)), None)


def _beside(images: Path) -> Iterator[Path]:
    for ending in FOLDER_ENDINGS:
        yield images.with_name(images.name + ending)
    for name in FOLDER_NAMES:
        yield images.parent / name
    for name in FOLDER_NAMES:
        yield images.parent.parent / name / images.name


def _holds_labels(folder: Path) -> bool:
    """Whether there is a PNG or TIFF file among the first entries of a folder, or of its sub-folders."""
    with suppress(OSError):
        entries = [entry for entry, _ in zip(os.scandir(folder), range(_SCANNED), strict=False)]
        if any(entry.name.lower().endswith(SUFFIXES) for entry in entries):
            return True
        return any(_has_labels(entry.path) for entry in entries if entry.is_dir())
    return False


def _has_labels(folder: str) -> bool:
    with suppress(OSError), os.scandir(folder) as entries:
        return any(entry.name.lower().endswith(SUFFIXES) for entry, _ in zip(entries, range(_SCANNED), strict=False))
    return False
