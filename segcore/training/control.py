"""Control: what the window wants of a training that runs, in a small file that the training looks at. Without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.regular_file import open_regular

SCHEMA = 1
MAX_BYTES = 200_000
MOST_WATCHED = 4
"""The image that is shown and three pinned ones."""


@dataclass(frozen=True)
class Control:
    """What is wanted now. The file says the whole of it each time, so no order can get lost.

    Attributes
    ----------
    changes : int
        Grows when the corrected images are others than before: they are read again.
    paused : str
        Why the training is to wait; "" when it is to go on.
    model : str
        The model in use, as `model_for_training` takes it; "" when it is not said.
    watched : dict[str, str]
        Image files by image id, at most `MOST_WATCHED`: predicted again at each validation.
    finish : bool
        End now and keep the best state.
    keep : int or None
        The step of a state that a person chose; it is saved instead of the best.
    """

    changes: int = 0
    paused: str = ""
    model: str = ""
    watched: Mapping[str, str] = field(default_factory=dict)
    finish: bool = False
    keep: int | None = None

    def write(self, path: Path) -> None:
        """Write the file atomically, but not durably: only a running process reads it.

        Raises ProjectError.
        """
        data = {"schema": SCHEMA, **asdict(self)}
        with writing(path):
            atomic_write_bytes(path, json.dumps(data).encode("utf-8", "backslashreplace"), durable=False)

    @classmethod
    def read(cls, path: Path) -> Control | None:
        """Read the file; None when it is missing or damaged."""
        try:
            with open_regular(path) as file:
                return cls._from_json(json.loads(file.read(MAX_BYTES)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    @classmethod
    def _from_json(cls, data: Mapping[str, Any]) -> Control:
        if data["schema"] != SCHEMA:
            raise ValueError("another version")
        watched = {str(key): str(value) for key, value in list(data["watched"].items())[:MOST_WATCHED]}
        keep = None if data["keep"] is None else int(data["keep"])
        return cls(int(data["changes"]), str(data["paused"]), str(data["model"]), watched, data["finish"] is True, keep)


class ControlFile:
    """The control of a running training, read again when its file is another."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._mark: tuple[int, int, int] | None = None
        self._last = Control()

    def now(self) -> Control:
        """Return what is wanted; the last readable control when the file is missing or damaged."""
        if self._path is None:
            return self._last
        try:
            found = self._path.stat()
        except OSError:
            return self._last
        mark = found.st_mtime_ns, found.st_ino, found.st_size
        if mark != self._mark:
            self._mark = mark
            self._last = Control.read(self._path) or self._last
        return self._last
