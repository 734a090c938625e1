"""Marks: what a person says of an image beside its labels: a verdict, a flag, a note; in ``marks.json``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from segcore.files.atomic import atomic_write_bytes, put_aside, writing
from segcore.files.regular_file import read_regular
from segcore.project.image_id import is_image_id

NAME = "marks.json"
SCHEMA = 1
MAX_BYTES = 500_000_000
LONGEST = 10_000
"""Letters of a note; the rest is cut off."""


class Verdict(Enum):
    """What a reviewer says of an image."""

    NONE = ""
    REVIEWED = "accepted"  # the word in the files
    REJECTED = "rejected"


@dataclass(frozen=True)
class Mark:
    """Of one image; all empty for most."""

    verdict: Verdict = Verdict.NONE
    flagged: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "note", self.note[:LONGEST])


EMPTY = Mark()


class Marks:
    """The marks of the project in ``root``. Usable from several threads.

    Parameters
    ----------
    root : Path
        The project folder.
    writing : Callable
        Held while the file is written; see `segcore.project.write_access.WriteAccess.writing`.
    warn : Callable
        Told what was odd about the file.
    """

    def __init__(
        self, root: Path, writing: Callable[[], AbstractContextManager[None]], warn: Callable[[str], None]
    ) -> None:
        self._path = root / NAME
        self._writing = writing
        self._warn = warn
        self._lock = threading.RLock()
        self._marks: dict[str, Mark] | None = None
        self._damaged = False

    def all(self) -> dict[str, Mark]:
        """Return the marks by image id; images without any are left out. Read once; a damaged file is none."""
        with self._lock:
            return dict(self._read())

    def put(self, changes: Mapping[str, Mark]) -> None:
        """Keep the marks of some images; those of others stay as the file has them now.

        Raises ProjectError; the old file stays then.
        """
        with self._lock, self._writing():
            if not self._damaged:
                self._marks = None  # another process may have written the project in between
            marks = {**self._read(), **changes}
            marks = {image_id: mark for image_id, mark in marks.items() if mark != EMPTY}
            images = {image_id: _to_json(marks[image_id]) for image_id in sorted(marks)}
            text = json.dumps({"schema": SCHEMA, "images": images}, indent=1, ensure_ascii=False)
            with writing(self._path):
                if self._damaged:
                    put_aside(self._path)
                    self._damaged = False
                atomic_write_bytes(self._path, text.encode("utf-8", "backslashreplace"))
            self._marks = marks

    def _read(self) -> dict[str, Mark]:
        if self._marks is None:
            self._marks = {}
            try:
                self._marks = _parsed(json.loads(read_regular(self._path, MAX_BYTES)))
            except FileNotFoundError:
                pass
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                with suppress(OSError):
                    self._damaged = self._path.exists()
                self._warn(
                    f"Notes, flags and verdicts are not shown: {self._path} cannot be read ({error}). "
                    "It is kept under another name once you make a new one."
                )
        return self._marks


def _to_json(mark: Mark) -> dict[str, Any]:
    known: dict[str, Any] = {"verdict": mark.verdict.value, "flagged": mark.flagged, "note": mark.note}
    return {key: value for key, value in known.items() if value}


def _parsed(data: Any) -> dict[str, Mark]:
    """Return the marks of a file. Raises ValueError, KeyError, TypeError or AttributeError for another content."""
    if not isinstance(data["schema"], int) or data["schema"] > SCHEMA:
        raise ValueError(f"a newer Maskwright wrote it: schema {data['schema']}, this one knows {SCHEMA}")
    verdicts = {verdict.value: verdict for verdict in Verdict}
    return {
        image_id: Mark(verdicts[one.get("verdict", "")], one.get("flagged", False) is True, str(one.get("note", "")))
        for image_id, one in data["images"].items()
        if is_image_id(image_id)
    }
