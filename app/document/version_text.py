"""How a person reads a version of labels: when it was saved, and which edits led to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segcore.project.label_versions import LabelVersion


def when(time: str) -> str:
    """Return a time (ISO 8601) in local time, to the minute; the text itself when it is none."""
    moment = _moment(time)
    return time if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def version_text(version: LabelVersion) -> str:
    """Return ``2026-11-21 08:30  ·  Brush ×3``; of today without the date."""
    moment = _moment(version.time)
    is_today = moment is not None and moment.date() == datetime.now().astimezone().date()
    return f"{f'{moment:%H:%M}' if is_today else when(version.time)}  ·  {version.what}"


def _moment(time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(time).astimezone()
    except ValueError:
        return None
