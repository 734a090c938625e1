"""JsonLines: what a training process prints, read from its file as it grows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from segcore.progress import Progress

CHUNK_BYTES = 1 << 16
"""Read at one look, some 300 lines: a training of hours, found again, must not hold the window."""


class JsonLines:
    """A file to which a process adds lines; `read` returns those that are new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._buffer = b""
        self.more = False
        """Whether the last `read` left something for the next one."""

    def read(self) -> list[bytes]:
        """Return the next whole lines."""
        if self._file is None:
            with suppress(OSError):
                if self._path.is_file():
                    self._file = self._path.open("rb")
        try:
            data = self._file.read(CHUNK_BYTES) if self._file is not None else b""
        except OSError:
            data = b""
        self.more = len(data) == CHUNK_BYTES
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = rest[-CHUNK_BYTES:]
        return lines

    def rest(self) -> bytes:
        """Return the last line, which has no end."""
        rest, self._buffer = self._buffer, b""
        return rest

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


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
