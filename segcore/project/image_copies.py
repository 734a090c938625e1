"""Image copies: the image files of another project become images of this one."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath

from segcore.errors import MaskwrightError, ProjectError
from segcore.files.atomic import atomic_write, wait_for_the_disk, writing
from segcore.files.regular_file import open_regular
from segcore.files.stamp import Stamp
from segcore.files.zip_limits import free_bytes
from segcore.images.geo.world_file import world_file_names
from segcore.images.page_path import split_id
from segcore.progress import Progress, Task, drive
from segcore.project.project import Project
from segcore.project.same_images import SameImages

_PIECE = 1 << 20


class _UnreadableError(Exception):
    """A file of the other project cannot be read; the text says why."""


@dataclass
class Copied:
    """What `copy_images` did.

    Attributes
    ----------
    files : dict[str, str]
        Path of each copied file below the image folder there, and below the one here.
    failed : dict[str, str]
        Files that could not be read, also those beside an image, and why.
    """

    files: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def files_only_there(other: Project, same: SameImages) -> Task[list[str]]:
    """Return the image files of ``other`` whose content this project does not have."""
    files = list(dict.fromkeys(split_id(image_id)[0] for image_id in other.image_ids()))
    found = []
    for done, file in enumerate(files):
        yield Progress(done, len(files), file)
        if not same.has_file(file):
            found.append(file)
    return found


def bytes_of(other: Project, files: Sequence[str]) -> int:
    """Return how many bytes these image files have together."""
    return sum(Stamp.of(other.image_file(file)).size for file in files)


def copy_images(project: Project, other: Project, files: Sequence[str], copied: Copied) -> Task[None]:
    """Copy image files with the files that say where they lie; the project knows them afterwards.

    A copy has the path of the original. Where another file has this path, it is ``name-2.png``: no file is replaced.
    Each copy is there as a whole or not at all. ``copied`` gets each file at once, and when this is stopped, the
    project knows the copies that were made.

    Raises ProjectError when the image folder cannot be written or the disk has too little room.
    """
    project.check_writer()
    _check_room(project.images, bytes_of(other, files))
    try:
        for done, file in enumerate(files):
            target, step = _free(project.images, file), Progress(done, len(files), file)
            try:
                yield from _copy(other.image_file(file), project.images / target, step)
            except _UnreadableError as error:
                copied.failed[file] = str(error)
                continue
            copied.files[file] = target
            _copy_place(other, file, project.images / target, copied)
        wait_for_the_disk()
    except BaseException:
        if copied.files:
            with suppress(MaskwrightError):
                drive(project.rescan())
        raise
    if copied.files:
        yield from project.rescan()


def _check_room(folder: Path, needed: int) -> None:
    with writing(folder):
        free = free_bytes(folder)
    if needed > free:
        raise ProjectError(
            f"The images need {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free on the disk of {folder}.",
            "Free some space, or merge without copying images.",
        )


def _free(folder: Path, file: str) -> str:
    """Return the path for a copy, below the image folder: the same, or the first with a number that is free."""
    path = PurePosixPath(file)
    for number in count(1):
        found = file if number == 1 else str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
        if not os.path.lexists(folder / found):
            return found
    raise AssertionError("numbers do not end")


def _copy_place(other: Project, file: str, target: Path, copied: Copied) -> None:
    """Copy the files beside an image that say where it lies; one that is there already stays."""
    source = other.image_file(file)
    for there, here in zip(world_file_names(source.name), world_file_names(target.name), strict=True):
        path = target.with_name(here)
        if os.path.lexists(source.with_name(there)) and not os.path.lexists(path):
            try:
                drive(_copy(source.with_name(there), path, Progress(0, 0)))
            except _UnreadableError as error:
                copied.failed[str(PurePosixPath(file).with_name(there))] = str(error)


def _copy(source: Path, target: Path, step: Progress) -> Task[None]:
    """Copy a file piece by piece. Raises _UnreadableError, and ProjectError when ``target`` cannot be written."""
    yield step
    with closing(_pieces(source)) as pieces, writing(target), atomic_write(target, durable=False) as copy:
        for piece in pieces:
            copy.write(piece)
            yield step


def _pieces(path: Path) -> Generator[bytes, None, None]:
    try:
        with open_regular(path) as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise _UnreadableError(str(error.strerror or error)) from error
