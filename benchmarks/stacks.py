"""Stacks: where each thread of this process is, as text.

No frame of another thread is taken hold of: what a function had when it ended would then go in the thread that lets go
of the frame, and Qt ends the process when a painter or a dialog does.
"""

from __future__ import annotations

import faulthandler
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

_THREAD = re.compile(r"(Thread|Current thread) 0x([0-9a-f]+)")
_CALL = re.compile(r'  File "(.*)", line (\d+) in (.*)')


class Call(NamedTuple):
    """A function that has been called and has not ended, where it is by now."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}"


def stacks() -> dict[int, list[Call]]:
    """Return the calls of each thread but this one, by identifier; the innermost call first."""
    with tempfile.TemporaryFile(buffering=0) as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        lines = file.read().decode(errors="replace").splitlines()
    found: dict[int, list[Call]] = {}
    calls: list[Call] = []
    for line in lines:
        if thread := _THREAD.match(line):
            calls = []
            if thread[1] == "Thread":
                found[int(thread[2], 16)] = calls
        elif call := _CALL.match(line):
            calls.append(Call(Path(call[1]).name, int(call[2]), call[3]))
    return found
