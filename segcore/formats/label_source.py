"""Where label maps lie, and what is known of their classes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from segcore.formats.label_matching import SUFFIXES
from segcore.formats.registry import FORMATS
from segcore.labels.classes import ClassSet

FOLDER_NAMES = ("labels", "masks", "annotations", "SegmentationClass", "label", "mask", "annotation", "gt")
"""What a folder with label maps is often called."""

FOLDER_ENDINGS = ("annot", "_labels", "_masks", "_annotations")
"""What is often added to the name of the image folder."""

_SCANNED = 1000


def read_class_list(path: Path) -> ClassSet:
    """Read a list of classes: that of a format (``classes.json``, ``labelmap.txt``), or one name on each line.

    Raises LabelError or ClassesError.
    """
    read = next((row.read_classes for row in FORMATS if row.classes_file == path.name), ClassSet.from_file)
    return read(path)


def classes_near(folder: Path) -> Path | None:
    """Return the list of classes in a folder or in the one above it, or None."""
    names = (*(row.classes_file for row in FORMATS), "classes.txt")
    places = (place / name for place in (folder, folder.parent) for name in dict.fromkeys(names))
    return next((path for path in places if path.is_file()), None)


def labels_inside(folder: Path) -> Path:
    """Return the folder with the label maps when ``folder`` is a whole data set, else ``folder`` itself."""
    names = [row.labels_folder for row in FORMATS]
    return next((folder / name for name in dict.fromkeys(names) if (folder / name).is_dir()), folder)


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
