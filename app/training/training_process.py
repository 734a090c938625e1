"""TrainingProcess: a process that goes on without the window, and is found again by its number and its start."""

from __future__ import annotations

import os
import platform
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segcore
from segcore.hardware.process_birth import birth

if TYPE_CHECKING:
    import subprocess

NICENESS = 10
POLL_SECONDS = 0.01
CLOCK_SECONDS = 2.0
"""By how much two readings of the time when a process was started may differ."""


@dataclass(frozen=True)
class ProcessMark:
    """What tells one process from all others.

    Attributes
    ----------
    host : str
        The machine.
    pid : int
        Process number; others get it once this one has ended.
    started : float
        When it was started, seconds since 1970.
    birth : str
        The same, whatever the clock does (`segcore.hardware.process_birth`); "": not known.
    """

    host: str
    pid: int
    started: float
    birth: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ProcessMark:
        """Read what ``asdict`` wrote. Raises KeyError, TypeError, ValueError, OverflowError."""
        found = cls(str(data["host"]), int(data["pid"]), float(data["started"]), str(data.get("birth", "")))
        if found.pid <= 1:
            raise ValueError(f"{found.pid} is no process of ours")
        return found

    @property
    def elsewhere(self) -> bool:
        """Whether it is on another machine, where nobody can look from here."""
        return self.host != platform.node()

    def lives(self) -> bool:
        """Whether this very process runs on this machine."""
        import psutil

        if self.elsewhere:
            return False
        try:
            process = psutil.Process(self.pid)
            born = birth(self.pid)
            if self.birth != born if self.birth and born else abs(process.create_time() - self.started) > CLOCK_SECONDS:
                return False
            ended = process.status() == psutil.STATUS_ZOMBIE
            if ended:
                with suppress(OSError):  # a child that this window let go of
                    os.waitpid(self.pid, os.WNOHANG)
            return not ended
        except (psutil.Error, OverflowError):
            return False


class TrainingProcess:
    """One process with all that it starts itself: a session of its own (Windows: a process group)."""

    def __init__(self, mark: ProcessMark, child: subprocess.Popen[bytes] | None = None) -> None:
        self.mark = mark
        self._child = child

    @classmethod
    def start(cls, words: Sequence[str], lines: Path, errors: Path, attached: bool = False) -> TrainingProcess:
        """Start ``python`` with these words at low priority, its output going to two files.

        With ``attached`` its standard input is a pipe that the system closes with this window, however it ends; see
        `segcore.hardware.parent_watch`. Raises OSError.
        """
        import subprocess  # not before the window is seen

        import psutil

        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {
                "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP
                | subprocess.CREATE_NO_WINDOW
                | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            }
        with lines.open("wb") as out, errors.open("wb") as err:
            child = subprocess.Popen(
                [sys.executable, *words],
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=_environment(),
                **options,
            )
        with suppress(OSError, AttributeError):  # just started, so all its later threads inherit this
            os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
        started = time.time()
        with suppress(psutil.Error):
            started = psutil.Process(child.pid).create_time()
        return cls(ProcessMark(platform.node(), child.pid, started, birth(child.pid)), child)

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs and for one that this window did not start."""
        child = self._child
        return None if child is None else child.poll()

    def lives(self) -> bool:
        """Whether it runs. Any thread may ask, also while another lets go of it."""
        child = self._child
        return self.mark.lives() if child is None else child.poll() is None

    def kill(self) -> None:
        """End it now with all that it started; nothing happens when it has ended already."""
        self.ask_to_stop()  # closes the pipe
        if not self.lives():
            return
        if sys.platform == "win32":
            self._kill_tree()
        else:
            with suppress(OSError):
                os.killpg(self.mark.pid, signal.SIGKILL)  # it leads the group of its session

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False when it still runs after so long."""
        deadline = time.monotonic() + seconds
        while self.lives():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def ask_to_stop(self) -> None:
        """Close the pipe of an attached process: it saves its state and ends."""
        if self._child is not None and self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()

    def let_go(self) -> None:
        """Be its parent no more: it goes on, and nobody here waits for it."""
        if self._child is not None and self._child.poll() is None:
            self._child.returncode = 0  # or Popen complains that nobody waited
        self._child = None

    def _kill_tree(self) -> None:
        import psutil

        with suppress(psutil.Error):
            process = psutil.Process(self.mark.pid)
            for each in (*process.children(recursive=True), process):
                with suppress(psutil.Error):
                    each.kill()


def _environment() -> dict[str, str]:
    home = str(Path(segcore.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
