"""The report of a run in shards: each writes its own part, and the one that finds all parts writes the whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from segcore.cli.shards import Shard
from segcore.files.atomic import atomic_write_bytes, writing

MOST_BYTES = 100_000_000
_SUMS = ("images", "already_there", "not_tried")


def write_report(path: Path, report: Mapping[str, Any], shard: Shard) -> bool:
    """Write this shard's report, and the merged one if all parts are there; return whether it was written.

    The parts are ``NAME.3-of-8.json`` beside ``path``. Several shards that end at once may all write the merged report,
    with the same content; each file is written whole, so no lock is needed. Raises ProjectError.
    """
    if shard.count > 1:
        _write(_part(path, shard), report)
        parts = [_read(_part(path, Shard(number, shard.count))) for number in range(1, shard.count + 1)]
        found = [part for part in parts if part is not None]
        if len(found) < shard.count:
            return False
        report = merged(found)
    _write(path, report)
    return True


def merged(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one report of all parts: counts and failures of all, the time of the slowest."""
    whole = dict(parts[0])
    whole |= {name: sum(part[name] for part in parts) for name in _SUMS}
    whole["failures"] = sorted((each for part in parts for each in part["failures"]), key=lambda each: each["image"])
    whole["notes"] = list(dict.fromkeys(note for part in parts for note in part["notes"]))
    whole["seconds"] = max(part["seconds"] for part in parts)
    whole["shard"] = f"all of {len(parts)}"
    return whole


def _part(path: Path, shard: Shard) -> Path:
    return path.with_name(f"{path.stem}.{shard.number}-of-{shard.count}{path.suffix or '.json'}")


def _write(path: Path, report: Mapping[str, Any]) -> None:
    with writing(path):
        atomic_write_bytes(path, json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def _read(path: Path) -> dict[str, Any] | None:
    """Return a part; None when it is not there yet, or is none."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    sound = isinstance(found, dict) and {*_SUMS, "failures", "notes", "seconds"} <= set(found)
    return found if sound else None
