"""JSON files of other programs: read whole with limits, or only their first bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from segcore.errors import LabelError
from segcore.files.regular_file import open_regular, read_regular

_HEAD = 4096


def head_of(path: Path, size: int = _HEAD) -> bytes:
    """Return the first bytes of a file; nothing when it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(size)
    except OSError:
        return b""


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises LabelError, which names the file and the line."""
    try:
        return json.loads(read_regular(path).decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise LabelError(
            f"{path} is not valid JSON (line {error.lineno}: {error.msg}).", "It may be truncated: export it again."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Check that it is a UTF-8 JSON file.") from error
