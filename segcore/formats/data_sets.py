"""Data sets of other programs: where their images lie, and which classes a project for them has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from segcore.errors import MaskwrightError
from segcore.formats.format import Format
from segcore.formats.label_set import LabelSet
from segcore.formats.new_classes import MOST_CLASSES
from segcore.formats.nifti_stacks import nifti_cases
from segcore.formats.open_labels import read_labels, recognised
from segcore.formats.unpacking import is_zip
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.palette import BACKGROUND_COLOR, is_background
from segcore.progress import Task


def images_inside(folder: Path) -> Path:
    """Return the folder in which the format of a data set keeps its images apart from labels, else the folder itself.

    So label maps of VOC's tree are not taken for images. Raises OSError when the folder cannot be listed.
    """
    row = recognised(folder)
    if row is None or not row.images_folder or not row.labels_folder or row.images_folder == row.labels_folder:
        return folder
    inside = folder / row.images_folder
    return inside if inside.is_dir() and next(list_images(inside), None) is not None else folder


def images_of_file(path: Path) -> Task[Path | None]:
    """Return the folder of images that the labels in a file are named like, or None.

    It is looked for beside the file and above its folder, for ``coco/annotations/instances_train.json`` in
    ``coco/images`` and ``coco``. Where a zip file holds the images, too, it is the zip file itself.

    Raises
    ------
    LabelError, ClassesError
        The file is of a format, but cannot be read.
    """
    row = recognised(path)
    if row is None and not is_zip(path):
        return None
    labels = yield from read_labels(path)
    for folder in _places(path, row):
        if _has_images(labels, folder):
            return folder
    return path if labels.unpacked is not None and _has_its_images(labels.unpacked) else None


def _has_images(labels: LabelSet, folder: Path) -> bool:
    try:
        ids = list(list_images(folder))
    except OSError:
        return False
    return bool(ids and labels.match(folder, ids).names)


def _has_its_images(folder: Path) -> bool:
    """Whether a data set has images where its format keeps them, or NIfTI files of some. Label maps are no images."""
    row = recognised(folder)
    if row is None or row.images_folder is None:
        return False
    place = folder / row.images_folder
    return place.is_dir() and (next(list_images(place), None) is not None or bool(nifti_cases(folder)))


def classes_of(path: Path) -> Task[ClassSet | None]:
    """Return the classes of the labels at a place, or None when they name none, or cannot be read.

    Where pixels outside all objects are background, this is a class, too.
    """
    try:
        labels = yield from read_labels(path)
    except MaskwrightError:
        return None
    found = labels.classes
    if found is None or not labels.open_is_background or any(is_background(each.name) for each in found):
        return found
    if len(found) >= MOST_CLASSES:
        return found
    others = (replace(each, index=number) for number, each in enumerate(found, 1))
    return ClassSet((SegClass(0, "background", BACKGROUND_COLOR), *others))


def is_labels(path: Path) -> bool:
    """Whether a file holds labels in a format that can be imported; a zip file may."""
    return recognised(path) is not None or is_zip(path)


def _places(path: Path, row: Format | None) -> Iterator[Path]:
    """Yield folders that may hold the images, the likeliest first; none above the folder that a data set lies in."""
    above = path.parent.parent
    for folder in (path.parent, above):
        if row is not None and row.images_folder:
            yield folder / row.images_folder
    yield path.parent
    if path.parent.name in ("annotations", "labels"):
        yield above
