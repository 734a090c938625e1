"""Unpacking zip files of data sets: to read their labels, or beside them, for their images."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from segcore.errors import LabelError, ProjectError
from segcore.files.atomic import writing
from segcore.files.inside import inside
from segcore.files.unzipping import ZIP_ERRORS, check_places, extract, new_folder
from segcore.files.zip_limits import free_bytes, holds_too_much, total_bytes
from segcore.progress import Progress, Task

_OF_MACOS = "__MACOSX"
_PHOTOS = (".jpg", ".jpeg")


def is_zip(path: Path) -> bool:
    """Whether a file is a zip file, by its name and its first bytes."""
    try:
        return path.suffix.lower() == ".zip" and path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def unpack(path: Path) -> Task[tuple[Path, Path]]:
    """Unpack the labels in a zip file; return the folder with its files, and the temporary one that the caller removes.

    They differ where the archive holds one folder at its top. JPEG files are made without content: they are no label
    maps, readers ask only for their names, and they may be many gigabytes. Raises LabelError when a name leads out of
    the archive, it is damaged or too large, or the disk refuses.
    """
    root = Path(tempfile.mkdtemp(prefix="maskwright-"))
    try:
        with _members(path, root, without=_PHOTOS) as (archive, members):
            yield from _extract(archive, members, root, without=_PHOTOS)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise
    return _top(root), root


def unpack_beside(path: Path, folder: Path) -> Task[Path]:
    """Unpack a zip file into the new folder ``folder``, which is there as a whole or not at all; return its data set.

    That is the one folder at the top of the archive, where it has just one. Raises LabelError as `unpack` does, and
    when ``folder`` exists.
    """
    folder = Path(os.path.abspath(folder))
    check = partial(_check_free, folder)
    check()
    with _members(path, folder) as (archive, members), new_folder(folder, check) as made:
        yield from _extract(archive, members, made)
    return _top(folder)


def _extract(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], folder: Path, without: tuple[str, ...] = ()
) -> Task[None]:
    """Write these members below a folder; ``without``: endings of the names of files that get no content."""
    for count, member in enumerate(members):
        yield Progress(count, len(members), member.filename)
        target = inside(folder, member.filename)
        if member.filename.lower().endswith(without):
            with writing(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch(exist_ok=False)
            continue
        for _ in extract(archive, member, target):
            yield Progress(count, len(members), member.filename)


@contextmanager
def _members(
    path: Path, place: Path, without: tuple[str, ...] = ()
) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Open a zip file whose files are to be written to ``place``. Raises LabelError, also for what the body raises.

    ``without``: endings of the names of files that get no content.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {each.filename: each for each in archive.infolist() if not each.is_dir()}  # the last of a name
            members = [each for name, each in files.items() if name.split("/")[0] != _OF_MACOS]
            _check(path, members, place, without)
            yield archive, members
    except ProjectError as error:
        raise LabelError(f"{path} cannot be unpacked: {error.message}", error.remedy) from error
    except ZIP_ERRORS as error:
        raise LabelError(f"{path} cannot be unpacked ({error}).", "Export the data set again.") from error


def _check(path: Path, members: list[zipfile.ZipInfo], place: Path, without: tuple[str, ...]) -> None:
    if holds_too_much(members, path.stat().st_size):
        raise LabelError(
            f"{path} holds more than its size can explain.",
            "If you trust it, unpack it yourself and import the folder.",
        )
    check_places(members)
    needed = total_bytes([each for each in members if not each.filename.lower().endswith(without)])
    if needed > free_bytes(place):
        raise LabelError(
            f"{path} needs {needed / 1e9:.1f} GB to be unpacked, and {place.parent} has less.",
            "Unpack it to another disk yourself and import the folder.",
        )


def _check_free(folder: Path) -> None:
    if os.path.lexists(folder):
        raise LabelError(f"{folder} exists already.", "Choose a new folder.")


def _top(root: Path) -> Path:
    entries = list(root.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else root
