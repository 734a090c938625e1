"""Unpacking a project: a zip file that `packing` wrote becomes a project folder again."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from segcore.errors import ProjectError
from segcore.files.atomic import writing
from segcore.files.inside import inside
from segcore.files.regular_file import open_regular
from segcore.files.unzipping import ZIP_ERRORS, check_places, extract, new_folder
from segcore.files.zip_limits import free_bytes, holds_too_much, total_bytes
from segcore.progress import Progress, Task
from segcore.project.pack_layout import FILES, FOLDERS, IMAGES, LIST, PackList
from segcore.project.project_file import NAME, ProjectFile, is_project

MAX_LIST = 500_000_000
"""Largest ``pack.json`` in bytes."""


@dataclass(frozen=True)
class Unpacked:
    """What unpacking did.

    Attributes
    ----------
    root : Path
        The project folder.
    images : Path
        Its image folder.
    files : int
        How many files were unpacked.
    expected : int
        Files of images that the packed project has.
    missing : tuple[str, ...]
        Those of them that are not in the image folder.
    skipped : tuple[str, ...]
        Files of the zip file that belong to no project.
    """

    root: Path
    images: Path
    files: int
    expected: int
    missing: tuple[str, ...]
    skipped: tuple[str, ...] = ()


def unpack_project(path: Path, folder: Path, images: Path | None = None) -> Task[Unpacked]:
    """Make the project folder ``folder`` of a packed project; it is there as a whole or not at all.

    ``images``: the folder with its images, where they were not packed or are to be taken from elsewhere.

    Raises ProjectError when ``folder`` exists and is not empty, ``path`` is no packed project, is damaged or too large,
    one of its names leads out of it or is a link, or the disk refuses.
    """
    path, folder = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    _check_free(folder)
    if images is not None and not images.is_dir():
        raise ProjectError(f"The image folder {images} does not exist.", "Choose a folder with images.")
    with _reading(path), open_regular(path) as file, zipfile.ZipFile(file) as archive:
        members = _checked(archive, path, folder)
        with new_folder(folder, partial(_check_free, folder)) as made:
            for count, member in enumerate(members):
                yield Progress(count, len(members), member.filename)
                for _ in extract(archive, member, inside(made, member.filename)):
                    yield Progress(count, len(members), member.filename)
            listed = _listed(archive)
            target = made / IMAGES if images is None else Path(os.path.abspath(images))
            target.mkdir(exist_ok=True)
            replace(ProjectFile.read(made, repair=False)[0], images=target).write(made)
        taken = {member.filename for member in members}
        over = tuple(each.filename for each in archive.infolist() if not each.is_dir() and each.filename not in taken)
    found = folder / IMAGES if images is None else target
    missing = tuple(name for name in listed.images if not (found / name).is_file())
    return Unpacked(
        folder, found, len(members), len(listed.images), missing, tuple(name for name in over if name != LIST)
    )


def _check_free(folder: Path) -> None:
    with writing(folder):
        if is_project(folder):
            raise ProjectError(f"{folder} holds a project already.", "Choose another folder.")
        if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
            raise ProjectError(f"{folder} is not empty.", "Choose a new folder.")


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Raise what is wrong with the zip file ``path`` as a ProjectError."""
    try:
        yield
    except FileNotFoundError as error:
        raise ProjectError(f"{path} does not exist.", "Check the path.") from error
    except ZIP_ERRORS as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ProjectError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return ProjectError(f"{path} cannot be unpacked ({reason}).", "Pack the project again. Nothing was written.")


def _checked(archive: zipfile.ZipFile, path: Path, folder: Path) -> list[zipfile.ZipInfo]:
    """Return the members that are unpacked. Raises ProjectError, or ValueError for a name that leads out."""
    members = [each for each in archive.infolist() if not each.is_dir()]
    for member in members:
        inside(folder, member.filename)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{member.filename!a} is a link")
    check_places(members)
    if NAME not in archive.namelist():
        raise ProjectError(f"{path} is no packed project: it holds no {NAME}.", "Choose a file that Maskwright packed.")
    if holds_too_much(members, path.stat().st_size):
        raise ProjectError(f"{path} holds more than its size can explain.", "Ask who sent it; nothing was unpacked.")
    size, free = total_bytes(members), free_bytes(folder)
    if size > free:
        raise ProjectError(
            f"{path} needs {size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free.", "Choose a folder on another disk."
        )
    return [each for each in members if each.filename in FILES or each.filename.split("/")[0] in FOLDERS]


def _listed(archive: zipfile.ZipFile) -> PackList:
    """Return the list that the packed project carries; an empty one where somebody else packed the folder."""
    if LIST not in archive.namelist():
        return PackList()
    if archive.getinfo(LIST).file_size > MAX_LIST:
        raise ValueError(f"its {LIST} is too large")
    return PackList.read(archive.read(LIST))
