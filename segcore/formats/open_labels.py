"""Opening the labels of another program: which format a folder or file has, and its reader."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

from segcore.errors import ClassesError, LabelError
from segcore.files.temporary import delete_with
from segcore.formats import registry
from segcore.formats.format import Format
from segcore.formats.label_map_set import LabelMapSet
from segcore.formats.label_set import LabelSet
from segcore.formats.label_source import labels_beside
from segcore.formats.unpacking import is_zip, unpack
from segcore.progress import Progress, Task, drive, mapped


def recognised(path: Path) -> Format | None:
    """Return the first format of the registry that recognises a folder or file, or None."""
    for row in registry.FORMATS:
        try:
            if row.recognise(path):
                return row
        except OSError:
            continue
    return None


def open_labels(path: Path, key: str | None = None) -> LabelSet:
    """Open a folder, a file or a zip file at once; see `read_labels`."""
    return drive(read_labels(path, key))


def read_labels(path: Path, key: str | None = None) -> Task[LabelSet]:
    """Open a folder, a file or a zip file.

    Parameters
    ----------
    path : Path
        What the person chose.
    key : str, optional
        Of the format; without it, the format is recognised. A folder of no format is a folder of label maps.

    Raises
    ------
    LabelError, ClassesError
        It cannot be read, or is a file of no format.
    ProjectError
        There is no such format.
    """
    row = None if key is None else registry.format_named(key)
    path = path.absolute()
    if not is_zip(path):
        return (yield from _read(path, row))
    place, temporary = yield from mapped(unpack(path), lambda step: step.part(0, 2))
    try:
        found = yield from mapped(_read(place, row), lambda step: step.part(1, 2))
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    found.path, found.unpacked = path, place
    delete_with(found, temporary)
    return found


def _read(path: Path, row: Format | None) -> Task[LabelSet]:
    yield Progress(0, 0, path.name)
    row = row or recognised(path)
    if row is None and path.is_file():
        raise LabelError(
            f"{path} is a file of no format that can be read.",
            f"Choose a folder of label maps, or a data set: {', '.join(registry.format_keys())}.",
        )
    try:
        found = LabelMapSet(path) if row is None else row.reader(path)
        return (yield from found) if isinstance(found, Generator) else found
    except ClassesError as error:
        if str(path) in error.message:
            raise
        raise ClassesError(f"{path}: {error.message}", error.remedy) from error


def labels_near(images: Path) -> Path | None:
    """Return labels that probably belong to a folder of images, or None.

    A data set of a known format that keeps its images in this folder, or in the one above it, as in
    ``coco/images/train``; else label maps beside it (see `labels_beside`); else a data set in the folder or above it.
    """
    images = Path(os.path.abspath(images))
    rows = {
        place: recognised(place) for place in (images, images.parent, images.parent.parent) if place.parent != place
    }
    for inside in (images, images.parent):
        row = rows.get(inside.parent)
        if row is not None and row.images_folder == inside.name:
            return inside.parent
    found = labels_beside(images)
    if found is not None:
        return found
    return next((place for place in (images, images.parent) if rows.get(place) is not None), None)
