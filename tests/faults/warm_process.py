"""WarmProcess: a process with everything imported, which forks whatever is to be killed; no kill starts Python anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


def surroundings() -> dict[str, str]:
    """Environment of a process that shows no window."""
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}


class WarmProcess:
    """Runs ``module``, which reads one order a line, forks, and answers with the process number, then with the end.

    Attributes
    ----------
    heard : int
        Descriptor from which the forked processes are read.
    """

    def __init__(self, module: str) -> None:
        self.heard, write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(write)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=surroundings(),
            pass_fds=[write],
            text=True,
        )
        os.close(write)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self.answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._orders.close()
        self._process.wait(20)
        self.answers.close()
        os.close(self.heard)

    def fork(self, order: Mapping[str, Any]) -> int:
        """Give an order; return the number of the process that does it."""
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        return int(self.answers.readline())
