"""What to say of a training process that ended without a result."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from segcore.errors import TrainingError

TAIL_BYTES = 1 << 16
SHOWN_LINES = 12


def last_lines(path: Path) -> list[str]:
    """Return the last lines of what a process printed to stderr; none when the file cannot be read."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - TAIL_BYTES))
                text = file.read(TAIL_BYTES).decode("utf-8", "replace")
            return [line for each in text.splitlines() if (line := each.rstrip())]
    return []


def crash(code: int | None, lines: Sequence[str]) -> TrainingError:
    """Return the error of a process with this exit code (None: unknown), which said these lines last."""
    said = "\n".join(lines[-SHOWN_LINES:])
    low = said.casefold()
    killed = code == -getattr(signal, "SIGKILL", 9)
    if "out of memory" in low or "memoryerror" in low or "can't allocate memory" in low or killed:
        message = _tr("Training ran out of memory and was stopped.")
        remedy = _tr("Close other programs, or choose a smaller base model, and try again.")
    elif code is None:
        message = _tr("The training that went on in the background ended without a result.")
        remedy = _tr("Your corrections and the model in use are unchanged; train again.")
    else:
        message = _tr("The training process stopped without a result (code {code}).").format(code=code)
        remedy = _tr("Your corrections and the model in use are unchanged; try again.")
    if said:
        message += "\n" + _tr("Its last lines:") + "\n" + said + "\n"
    return TrainingError(message, remedy)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingRun", text)
