"""Child: asks a question in a process of its own, because a broken library may end the process that loads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from segcore.progress import Progress, Task

SECONDS = 180.0
"""A library takes long to load from a slow network folder or on a busy machine: torch was seen to take 60 s."""
_POLL_SECONDS = 0.05
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What a child said.

    Attributes
    ----------
    facts : Mapping[str, Any]
        JSON values; those before it ended when it crashed or hung.
    failure : str
        Why there is no whole answer; "" when there is one.
    errors : str
        What it printed to stderr.
    late : bool
        Whether the time was over: a busy machine is no broken library.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    errors: str = ""
    late: bool = False


class Child:
    """A process that runs ``python -m segcore.doctor.probes QUESTION ...`` and prints JSON objects, one a line."""

    def __init__(self, question: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        # Files, not pipes: a library may print more than a pipe holds, and nobody reads before the end.
        self._out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._process = subprocess.Popen(
            [sys.executable, "-m", "segcore.doctor.probes", *question],
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
            creationflags=flags,
        )
        self._began = time.monotonic()

    def answer(self, seconds: float = SECONDS) -> Task[Answer]:
        """Wait for the answer, at most so long since it was started. Closing the task ends the process."""
        try:
            while self._process.poll() is None and time.monotonic() - self._began < seconds:
                yield Progress(0, 0)
                time.sleep(_POLL_SECONDS)
            late = self._process.poll() is None
            self._stop()
            code = self._process.returncode
            failure = f"no answer within {seconds:.0f} s" if late else _reason(code) if code else ""
            return Answer(_facts(_read(self._out)), failure, _read(self._errors), late)
        finally:
            self.end()

    def end(self) -> None:
        """End the process if it still runs, and remove what it printed."""
        self._stop()
        self._out.close()
        self._errors.close()

    def _stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def _reason(code: int) -> str:
    return f"the process crashed (signal {-code})" if code < 0 else f"the process ended with code {code}"


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_MOST_BYTES).decode("utf-8", "replace")


def _facts(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for line in text.splitlines():
        try:
            said = json.loads(line)
        except ValueError:  # a library prints, too; or the process ended in the middle of a line
            continue
        if isinstance(said, dict):
            facts |= said
    return facts
