"""Packing: a project becomes one zip file, for another machine or another person."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write, writing
from segcore.files.regular_file import open_regular
from segcore.files.stamp import Stamp
from segcore.images.geo.world_file import world_file_names
from segcore.images.page_path import split_id
from segcore.progress import Progress, Task, mapped
from segcore.project.image_id import is_image_id
from segcore.project.label_files import file_times, read_file
from segcore.project.label_store import LabelStore
from segcore.project.marks import NAME as MARKS
from segcore.project.pack_layout import IMAGES, LIST, PackList
from segcore.project.project import Project
from segcore.project.project_file import NAME, ProjectFile

_PIECE = 1 << 20
_COMPRESSED = frozenset({".png", ".jpg", ".jpeg", ".webp", ".npz", ".safetensors", ".journal"})
"""Deflate gains nothing on these."""
_SMALL = 1 << 30
"""A larger file may need the 64-bit sizes of zip64, also when it grows meanwhile."""


@dataclass(frozen=True)
class PackChoices:
    """What is packed besides labels, provenance, classes, settings and marks.

    Attributes
    ----------
    images : bool
        The images, with the world files of their georeference.
    checkpoints : bool
        The model versions that fine-tuning made. Without them the project predicts with the bundled model.
    predictions : bool
        What models said of each image.
    history : bool
        The undo history of each image.
    """

    images: bool = False
    checkpoints: bool = True
    predictions: bool = True
    history: bool = True


@dataclass(frozen=True)
class PackReport:
    """The zip file, its size in bytes, images with labels, images packed, and what could not be read."""

    path: Path
    size: int
    labelled: int
    images: int
    left_out: tuple[str, ...] = ()


class _Entry(NamedTuple):
    """A file to be packed: its name in the zip file, where it is, its size in bytes."""

    name: str
    path: Path
    size: int


def pack(project: Project, path: Path, choices: PackChoices | None = None, overwrite: bool = False) -> Task[PackReport]:
    """Write a project into the zip file ``path``, which is there as a whole or not at all.

    The project may be painted on meanwhile: labels and provenance of an image are those of one save.

    Raises
    ------
    ProjectError
        ``path`` exists and ``overwrite`` is False, or it cannot be written.
    LabelError
        A label file cannot be read: a copy without it would be worth less than it seems.
    """
    choices = choices or PackChoices()
    if os.path.lexists(path) and not overwrite:
        raise ProjectError(f"{path} exists already.", "Choose another name, or remove it first.")
    yield Progress(0, 0, path.name)
    images = list(dict.fromkeys(split_id(image_id)[0] for image_id in project.image_ids()))
    entries = list(_entries(project, choices, images))
    total = sum(entry.size for entry in entries)
    left_out: list[str] = []
    done = labelled = packed = 0
    with writing(path), atomic_write(path) as file, zipfile.ZipFile(file, "w") as archive:
        _write(archive, NAME, _project_file(project, choices))
        _write(archive, LIST, PackList(tuple(images)).encoded())
        store = LabelStore(project.root)
        for entry in entries:
            yield Progress(done, total, entry.name)
            image_id = _labelled_image(entry.name)
            if image_id is not None:
                found = _write_labels(archive, image_id, store)
                labelled += found
            else:
                found = yield from mapped(_copy(archive, entry), partial(_of_all, done, total))
                packed += found and entry.name.startswith(f"{IMAGES}/")
            if not found:
                left_out.append(entry.name)
            done += entry.size
    return PackReport(path, path.stat().st_size, labelled, packed, tuple(left_out))


def _of_all(done: float, total: float, step: Progress) -> Progress:
    return Progress(done + step.done, total, step.message)


# --- what is packed ----------------------------------------------------------------------------------------------


def _entries(project: Project, choices: PackChoices, images: list[str]) -> Iterator[_Entry]:
    """Yield what goes into the zip file; undo histories after the labels, so that they are never the older ones."""
    root = project.root
    yield from _below(root, "labels")
    for entry in _below(root, "provenance"):
        if _labelled_image(f"labels{entry.name.removeprefix('provenance')}") is None or not _labels_of(entry).exists():
            yield entry
    folders = {"predictions": choices.predictions, "checkpoints": choices.checkpoints, "journal": choices.history}
    for folder, wanted in folders.items():
        if wanted:
            yield from _below(root, folder)
    if (marks := root / MARKS).is_file():
        yield _Entry(MARKS, marks, marks.stat().st_size)
    if choices.images:
        for image in images:
            yield from _image(project.images, image)


def _labels_of(entry: _Entry) -> Path:
    """Return the label file that a provenance file belongs to."""
    parts = Path(entry.name).parts
    return entry.path.parents[len(parts) - 1].joinpath("labels", *parts[1:])


def _below(root: Path, folder: str) -> Iterator[_Entry]:
    """Yield the ordinary files of a folder of the project, without those that are being written."""
    for name, _ in file_times(root / folder, ""):
        path = root / folder / name
        if is_image_id(name) and not name.endswith((".next", ".snapshot")):
            with suppress(OSError):
                yield _Entry(f"{folder}/{name}", path, path.stat().st_size)


def _image(folder: Path, image: str) -> Iterator[_Entry]:
    """Yield an image and the files beside it that say where it lies; one that is missing is yielded too."""
    path = folder / image
    yield _Entry(f"{IMAGES}/{image}", path, Stamp.of(path).size)
    for name in world_file_names(path.name):
        beside = path.with_name(name)
        if size := Stamp.of(beside).size:
            yield _Entry(f"{IMAGES}/{PurePosixPath(image).with_name(name)}", beside, size)


def _labelled_image(name: str) -> str | None:
    """Return the image whose labels are called so in the zip file; None for another file, or labels kept aside."""
    return name[7:-4] if name.startswith("labels/") and name.endswith(".png") else None


def _project_file(project: Project, choices: PackChoices) -> bytes:
    """Return ``project.json`` with the images inside the project, and without a model that is not packed."""
    file, _ = ProjectFile.read(project.root, repair=False)
    settings = dict(file.settings)
    model = settings.get("model")
    if isinstance(model, str) and (Path(model).is_absolute() or (not choices.checkpoints and "/" in model)):
        del settings["model"]
    return replace(file, images=project.root / IMAGES, settings=settings).encoded(project.root)


# --- writing -----------------------------------------------------------------------------------------------------


def _write_labels(archive: zipfile.ZipFile, image_id: str, store: LabelStore) -> bool:
    """Write labels and provenance of one save; return whether there are any."""
    labels, provenance = store.contents(image_id)
    if labels is None:
        return False
    if provenance is None:  # of other labels, or damaged: it goes along as it is
        provenance = read_file(store.provenance_path(image_id))
    _write(archive, f"labels/{image_id}.png", labels)
    if provenance is not None:
        _write(archive, f"provenance/{image_id}.png", provenance)
    return True


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_member(name), data)


def _copy(archive: zipfile.ZipFile, entry: _Entry) -> Task[bool]:
    """Copy a file, however large, in pieces; return False when it cannot be read."""
    try:
        source = open_regular(entry.path)
    except OSError:
        return False
    done = 0
    with source, archive.open(_member(entry.name), "w", force_zip64=entry.size > _SMALL) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            done += len(piece)
            yield Progress(done, entry.size, entry.name)
    return True


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, time.localtime()[:6])
    info.compress_type = (
        zipfile.ZIP_STORED if PurePosixPath(name).suffix.lower() in _COMPRESSED else zipfile.ZIP_DEFLATED
    )
    info.external_attr = 0o644 << 16
    return info
