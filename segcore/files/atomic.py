"""Atomic writes, and renaming of damaged files so that they are kept."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO

from segcore.errors import ProjectError

_NAME_BYTES = 255
"""Longest file name of ext4 in bytes; APFS, NTFS and exFAT allow as many characters."""


@contextmanager
def atomic_write(path: Path, durable: bool = True, parts: Path | None = None) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path``; on success fsync it and replace ``path`` with it.

    Without ``durable`` nothing waits for the disk: after a power cut the file may be empty. ``parts`` is another folder
    of the same disk for the temporary file, where it is found more quickly when the process was killed.

    When the body raises, ``path`` keeps its old content and the temporary file is removed. Missing folders are made.
    The temporary name is short, even if ``path`` is long. Raises OSError (no space left, no permission) unchanged.
    """
    make_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=parts or path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
        if durable:
            sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def make_folder(folder: Path) -> None:
    """Make a folder and the missing ones above it, so that they survive a power cut. Raises OSError."""
    if folder.is_dir():
        return
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        sync_folder(each.parent)


def wait_for_the_disk() -> None:
    """Make all files survive a power cut, on systems that can wait for all of them at once."""
    if hasattr(os, "sync"):
        os.sync()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut, on systems that can open folders (not Windows)."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some network disks do not support it; the file itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def move(source: Path, path: Path) -> None:
    """Move a file to ``path``, also on another disk: it has its old content or all of the new one. Raises OSError."""
    try:
        os.replace(source, path)
        sync_folder(path.parent)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with source.open("rb") as old, atomic_write(path) as new:
            shutil.copyfileobj(old, new)
        os.unlink(source)


def put_aside(path: Path, ending: str = "damaged") -> Path:
    """Rename ``path`` to the first free of ``<name>.<ending>``, ``<name>.<ending>-2``, ... and return the new path.

    No existing file is replaced. A name that is too long is shortened before the ending. Raises OSError.
    """
    for number in count(1):
        aside = aside_path(path, ending, number)
        if not os.path.lexists(aside):
            os.rename(path, aside)
            return aside
    raise AssertionError("numbers do not end")


def aside_path(path: Path, ending: str, number: int = 1) -> Path:
    """Return the name that `put_aside` gives to the ``number``-th file, from 1 on."""
    return path.with_name(_shortened(path.name, f".{ending}" if number == 1 else f".{ending}-{number}"))


def hidden_beside(path: Path, ending: str) -> Path:
    """Return a short temporary name beside ``path``, whose own name may be as long as the disk allows."""
    import hashlib  # imported here, because it loads OpenSSL, which would delay the window

    mark = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".{mark}.{os.getpid()}.{ending}")


def _shortened(name: str, ending: str) -> str:
    kept = os.fsencode(name)[: _NAME_BYTES - len(os.fsencode(ending))]
    return kept.decode(errors="ignore") + ending if len(kept) < len(os.fsencode(name)) else name + ending


def atomic_write_bytes(path: Path, data: bytes, durable: bool = True, parts: Path | None = None) -> None:
    """Write ``data`` to ``path`` atomically; see `atomic_write`."""
    with atomic_write(path, durable, parts) as file:
        file.write(data)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise an OSError of the body as a ProjectError that names ``path`` and says what to do."""
    try:
        yield
    except OSError as error:
        raise ProjectError(f"{path} cannot be written ({error.strerror or error}).", _remedy(path, error)) from error


def _remedy(path: Path, error: OSError) -> str:
    if error.errno == errno.ENAMETOOLONG:
        return _shorter(path)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "Free some space on this disk and save again. The last saved state is unchanged."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Make the folder writable or choose another one. The last saved state is unchanged."
    return "Check that the disk is connected and the folder exists. The last saved state is unchanged."


def _shorter(path: Path) -> str:
    """Return which name to shorten and by how much; labels and predictions are named after their image."""
    long = next((part for part in path.parts if len(os.fsencode(part)) > _NAME_BYTES), None)
    if long is None:
        return "The path is too long. Move the project and its images to a folder with a shorter path."
    excess = len(os.fsencode(long)) - _NAME_BYTES
    return f"A name has at most {_NAME_BYTES} bytes. Shorten the name of the image by at least {excess} bytes."
