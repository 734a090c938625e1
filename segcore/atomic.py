"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from segcore.errors import ProjectError


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path``; on success fsync it and put it in the place of ``path``.

    When the body raises, ``path`` keeps its old content and the temporary file is removed. Folders are made as
    needed. Raises OSError (no space left, no permission) unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def atomic_write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically; see `atomic_write`."""
    with atomic_write(path) as file:
        file.write(data)


def put_aside(path: Path, ending: str = "damaged") -> Path:
    """Rename ``path`` to the first free of ``<name>.<ending>``, ``<name>.<ending>-2``, ...; return the new path.

    Nothing is ever replaced. Raises OSError.
    """
    number = 1
    while True:
        aside = path.with_name(f"{path.name}.{ending}" if number == 1 else f"{path.name}.{ending}-{number}")
        if not os.path.lexists(aside):
            os.rename(path, aside)
            return aside
        number += 1


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the body into a ProjectError that names ``path`` and says what to do."""
    try:
        yield
    except OSError as error:
        raise ProjectError(f"{path} cannot be written ({error.strerror or error}).", _remedy(error)) from error


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "Free some space on this disk and save again; the last saved state is still there."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Make the folder writeable or choose another one; the last saved state is still there."
    return "Check that the disk is connected and the folder still exists; the last saved state is still there."
