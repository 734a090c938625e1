"""The text of a bug report: how the window stopped, what the doctor found, the last lines of the log."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.window.crash_log import told
from segcore.progress import Task

LOG_LINES = 80
_TAIL_BYTES = 100_000


def bug_report(project: Path | None, crashed: Sequence[Path], log: Path) -> Task[str]:
    """Look at this machine and write the report, without names of the person, folders and files.

    Parameters
    ----------
    project : Path or None
        The open project.
    crashed : Sequence[Path]
        Files of `crash_log.seen`.
    log : Path
        The log file, which may be missing.
    """
    from segcore.doctor.doctor import examine
    from segcore.doctor.redaction import redaction

    report = yield from examine(project)
    redacted = redaction({} if project is None else {"project": project.absolute()})
    parts = [report.text()]
    for path in crashed:
        with suppress(OSError):
            parts.append(f"How it stopped\n{redacted(told(path))}")
    lines = _last_lines(log)
    if lines:
        parts.append("The last lines of the log\n" + redacted("\n".join(lines)))
    return "\n\n".join(parts) + "\n"


def _last_lines(path: Path) -> list[str]:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read().decode("utf-8", "replace").splitlines()[-LOG_LINES:]
    return []
