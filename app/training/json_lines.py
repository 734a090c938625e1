"""JsonLines: what a training process prints, read from its file as it grows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from segcore.progress import Progress

CHUNK_BYTES = 1 << 16
"""Read at once, some 300 lines: a training of hours, found again, must not hold the window."""


class JsonLines:
    """A file to which a process adds lines; `read` returns those that are new.

    It is opened for each `read`: what another machine has added to a file of NFS is seen by those who open it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._buffer = b""
        self.more = False
        """Whether the last `read` left something for the next one."""

    def read(self) -> list[bytes]:
        """Return the next whole lines."""
        data = b""
        with suppress(OSError):
            if self._path.is_file():
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read(CHUNK_BYTES)
        self._offset += len(data)
        self.more = len(data) == CHUNK_BYTES
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = rest[-CHUNK_BYTES:]
        return lines

    def rest(self) -> bytes:
        """Return the last line, which has no end."""
        rest, self._buffer = self._buffer, b""
        return rest


def event_of(line: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a line. Raises ValueError, KeyError, TypeError, RecursionError for anything else."""
    message = json.loads(line.decode("utf-8", "replace"))
    if not isinstance(message["event"], str):
        raise TypeError("its event is not a text")
    found: Mapping[str, Any] = message
    return found


def progress_of(message: Mapping[str, Any]) -> Progress:
    """Return an event of progress; ``detail`` has its finite numbers. Raises KeyError, TypeError, OverflowError."""
    known = ("event", "done", "total", "message")
    detail = {key: float(value) for key, value in message.items() if key not in known and _is_number(value)}
    return Progress(float(message["done"]), float(message["total"]), str(message.get("message", "")), detail)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
