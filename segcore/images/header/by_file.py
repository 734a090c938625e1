"""ByFile: what was found out about a file, until the file is changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import IO, Generic, TypeVar

KEPT = 16
"""Files."""

Found = TypeVar("Found")


class ByFile(Generic[Found]):
    """Remembers what ``read`` returns of open files, the last `KEPT`; usable from several threads.

    Going through a stack of a thousand slices would read as many directories for each of them.
    """

    def __init__(self, read: Callable[[IO[bytes]], Found]) -> None:
        self._read = read
        self._known: dict[tuple[int, ...], Found] = {}

    def __call__(self, file: IO[bytes]) -> Found:
        """Return what is known of a file, or read it. Raises what ``read`` raises."""
        try:
            about = os.fstat(file.fileno())
        except OSError:  # in memory
            return self._read(file)
        key = about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns
        found = self._known.get(key)
        if found is None:
            found = self._read(file)
            for old in list(self._known)[: 1 - KEPT]:
                self._known.pop(old, None)
            self._known[key] = found
        return found
