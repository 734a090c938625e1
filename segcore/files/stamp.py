"""Stamp: what differs when a file was replaced or changed, asked of the file system alone."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """Time of the content in ns, size in bytes, file number, and time of the last change in ns. Zeros: no file.

    Who copies a file over another one may give it the old time (``cp -p``, ``rsync -t``). The system sets ``changed``
    itself, at each write, rename and change of permissions. On Windows it is the time when the file was made.
    """

    time: int = 0
    size: int = 0
    number: int = 0
    changed: int = 0

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the stamp of a file."""
        try:
            found = path.stat()
        except (OSError, ValueError):  # ValueError: a name that no file can have
            return cls()
        return cls(found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns)

    @property
    def key(self) -> int:
        """A positive number that differs when the file did, but for one case in four billion; 0: no file.

        Without the file number: some network disks give a file another one at each mount.
        """
        if self == NO_FILE:
            return 0
        return 1 + zlib.crc32(f"{self.time}:{self.size}:{self.changed}".encode())


NO_FILE = Stamp()
