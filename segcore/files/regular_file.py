"""Reads only ordinary files: a pipe, a device or a socket could block for ever or never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

MAX_BYTES = 1 << 31
"""Largest size of a project's file that is read whole, bytes."""


def open_regular(path: Path) -> IO[bytes]:
    """Open an ordinary file (or a link to one) for reading, without blocking.

    Raises
    ------
    OSError
        The file is missing, not readable, not an ordinary file, or has an impossible name.
    """
    try:
        return open(path, "rb", opener=_opened)
    except ValueError as error:  # a NUL, or half of a character
        raise OSError(errno.EINVAL, "this name is not possible for a file") from error


def read_regular(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read an ordinary file of at most ``limit`` bytes as a whole. Raises OSError, also when it is larger."""
    with open_regular(path) as file:
        data = file.read(limit + 1) if os.fstat(file.fileno()).st_size <= limit else None
    if data is None or len(data) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit / 1e6:.0f} MB")
    return data


def _opened(path: str, flags: int) -> int:
    _check(os.stat(path))  # opening a device may already have an effect
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    try:
        _check(os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not an ordinary file")
