"""WriterLock: one process writes a project at a time.

``writer.json`` names the process that writes: machine, process number, time it was started. It stays while the project
is open. ``.writer.lock`` is locked by the operating system, for moments only: while ``writer.json`` is looked at or
changed, and while labels are written. So a process whose project was taken over learns of it before it writes.

A writer that died on this machine is replaced at once. One that lives, or is on another machine and cannot be seen
from here, is only replaced by `WriterLock.take_over`, after a person was asked.

Some network disks have no locks. ``writer.json`` alone counts there: it is read again after it was written, and before
each save. Of two processes that become the writer in the same moment the later one is.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from segcore.errors import ProjectBusyError, ProjectError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.locks import NO_LOCKS
from segcore.files.regular_file import read_regular
from segcore.hardware.process_birth import birth

NAME = "writer.json"
MUTEX = ".writer.lock"
WAIT_SECONDS = 10.0
"""How long a writer waits for another process that looks at the lock at this moment."""

_POLL_SECONDS = 0.005
_MAX_BYTES, _MAX_TEXT = 10_000, 256
_CLOCK_SECONDS = 2.0
"""By how much two readings of the time when a process was started may differ."""


@dataclass(frozen=True)
class Holder:
    """A process that writes a project.

    Attributes
    ----------
    host, user : str
        Machine and account.
    pid : int
        Process number.
    started : float
        When the process was started, seconds since 1970; tells it from a later process with the same number.
    since : str
        When it began to write, ISO 8601 with time zone.
    birth : str
        The same as ``started``, whatever the clock does (`segcore.hardware.process_birth`); "": not known.
    """

    host: str
    user: str
    pid: int
    started: float
    since: str
    birth: str = ""

    @classmethod
    def this_process(cls) -> Holder:
        """Return the running process as a holder from now on."""
        started = _started_at(os.getpid())
        since = datetime.now().astimezone().isoformat("T", "seconds")
        return cls(platform.node(), _user(), os.getpid(), started, since, birth(os.getpid()))

    @classmethod
    def read(cls, path: Path) -> Holder | None:
        """Read ``writer.json``; None when it is missing, damaged or no ordinary file."""
        try:
            data = json.loads(read_regular(path, _MAX_BYTES))
            host, user, pid, started, since = (data[name] for name in ("host", "user", "pid", "started", "since"))
            found = cls(host, user, pid, started, since, data.get("birth", ""))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return found if found._is_sound() else None

    def _is_sound(self) -> bool:
        return (
            all(type(text) is str and len(text) < _MAX_TEXT for text in (self.host, self.user, self.since, self.birth))
            and type(self.pid) is int
            and 0 < self.pid < 2**32
            and type(self.started) in (int, float)
            and 0.0 <= self.started < 2.0**40
        )

    def same_process(self, other: Holder | None) -> bool:
        """Whether both are one process."""
        return (
            other is not None
            and (self.host, self.pid) == (other.host, other.pid)
            and self._started_with(other.started, other.birth)
        )

    def lives(self) -> bool:
        """Whether the process runs; True when that cannot be known, because it is on another machine."""
        if self.host != platform.node():
            return True
        with suppress(psutil.Error):
            return self._started_with(_started_at(self.pid), birth(self.pid))
        return False

    def _started_with(self, started: float, born: str) -> bool:
        return self.birth == born if self.birth and born else abs(self.started - started) < _CLOCK_SECONDS

    def words(self) -> str:
        """Return who it is, for a person: ``process 4711 of anna on desk, since 2026-11-21 14:02``."""
        return f"process {self.pid} of {self.user} on {self.host}, since {self.since[:16].replace('T', ' ')}"


_open: dict[Path, int] = {}
"""How often each project is open for writing in this process, which shares one lock."""
_open_lock = threading.Lock()


class WriterLock:
    """The right of this process to write one project. Thread-safe.

    Parameters
    ----------
    root : Path
        The project folder; it must exist.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / NAME
        self._key = Path(os.path.realpath(root))
        self._me = Holder.this_process()
        self._mutex = FileLock(root / MUTEX, timeout=WAIT_SECONDS, poll_interval=_POLL_SECONDS)
        self._open = False

    def acquire(self) -> None:
        """Become the writer.

        Raises
        ------
        ProjectBusyError
            Another process that lives, or cannot be seen from here, is the writer.
        ProjectError
            The folder cannot be written.
        """
        with self._locked():
            holder = self.holder()
            if holder is not None and not self._me.same_process(holder) and holder.lives():
                raise busy(self._path.parent, holder)
            self._write()
            self.check()

    def take_over(self) -> None:
        """Become the writer whoever is it now; that process learns of it before its next save. Raises ProjectError."""
        with self._locked():
            self._write()

    def release(self) -> None:
        """Let others write, once every `acquire` of this process is released. Never raises."""
        if not self._open:
            return
        self._open = False
        with _open_lock:
            _open[self._key] -= 1
            if _open[self._key]:
                return
            del _open[self._key]
        with suppress(ProjectError, OSError):
            if not self._path.parent.is_dir():
                return
            with self._locked():
                if self._me.same_process(self.holder()):
                    self._path.unlink()

    def holder(self) -> Holder | None:
        """Return the process that writes the project; None when nobody does."""
        return Holder.read(self._path)

    def is_mine(self) -> bool:
        """Whether ``writer.json`` names this process."""
        return self._me.same_process(self.holder())

    def check(self) -> None:
        """Raise ProjectBusyError when another process has taken the project over."""
        holder = self.holder()
        if holder is not None and not self._me.same_process(holder):
            raise busy(self._path.parent, holder)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no other process become the writer while the body writes.

        Raises ProjectBusyError when one has become it already, ProjectError when the folder cannot be written.
        """
        with self._locked():
            self.check()
            if not self._path.exists():  # somebody tidied up, or the folder was deleted and made again
                self._write(count=False)
            yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with writing(self._path):
            try:
                self._mutex.acquire()
            except Timeout as error:
                raise ProjectError(
                    f"{self._path.parent} has been locked by another process for more than {WAIT_SECONDS:.0f} s.",
                    "Try again. If it happens again, close other programs that use this folder.",
                ) from error
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
        try:
            yield
        finally:
            with suppress(OSError):
                self._mutex.release()

    def _write(self, count: bool = True) -> None:
        with writing(self._path):
            # Not durable: after a power cut no process of this machine writes, and a damaged file names nobody.
            atomic_write_bytes(self._path, (json.dumps(asdict(self._me), indent=2) + "\n").encode(), durable=False)
        if count and not self._open:
            self._open = True
            with _open_lock:
                _open[self._key] = _open.get(self._key, 0) + 1


def busy(root: Path, holder: Holder) -> ProjectBusyError:
    """Return the error for a project that ``holder`` writes."""
    return ProjectBusyError(
        f"{root} is open for writing in another Maskwright ({holder.words()}).",
        "Close it there, or open the project read-only.",
        holder.words(),
    )


@cache
def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return "unknown"


def _started_at(pid: int) -> float:
    """Seconds since 1970 when a process was started. Raises psutil.Error when there is none."""
    process = psutil.Process(pid)
    if process.status() == psutil.STATUS_ZOMBIE:
        raise psutil.NoSuchProcess(pid)
    return float(process.create_time())
