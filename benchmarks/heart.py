"""Heart: finds when the window could not answer, for how long, and whose fault that was.

A timer of 5 ms runs in the UI thread; the gap between two beats is recorded for each phase of a benchmark. Of each gap
over 50 ms it is known what the UI thread did meanwhile: computed, was ready but had no processor (Linux counts both for
each thread), or slept. A second thread looks at the stacks of all threads while a beat is late.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer

from benchmarks.stacks import Call, stacks

LIMIT_MS = 50.0
BEAT_MS = 5
LOOK_MS = 20
"""A beat that is so late is looked at, again and again."""
FRAMES = 5
"""Of a stack, the innermost."""
TASKS = Path("/proc/self/task")
IDLE = {("threading.py", "wait"), ("heart.py", "_watch"), ("job_runner.py", "_run_lane"), ("thread.py", "_worker")}
"""Where a thread waits for work."""


class Fault(StrEnum):
    """Why a beat was late."""

    MACHINE = "machine: other processes had the processor"
    COMPUTES = "ours: the UI thread computes"
    LOCK = "ours: a lane holds Python's lock"
    SLEEPS = "ours: the UI thread waits for a file or a thread"


@dataclass(frozen=True)
class Late:
    """A gap over 50 ms.

    Attributes
    ----------
    ms : float
        The whole gap.
    cpu_ms : float
        Of it the UI thread computed.
    queue_ms : float
        Of it the UI thread was ready to run and had no processor.
    lock_ms : float
        The longest that another thread waited meanwhile for Python's lock, which was held by a thread that ran.
    garbage_ms : float
        Of it Python's collector looked for garbage, in any thread.
    where : list[str]
        Stacks of the UI thread, innermost call first, the most frequent first.
    lanes : list[str]
        The same of other threads that were not idle.
    """

    phase: str
    fault: Fault
    ms: float
    cpu_ms: float
    queue_ms: float
    lock_ms: float
    garbage_ms: float
    where: list[str]
    lanes: list[str]


class Heart:
    """Beats in the UI thread; make it there."""

    def __init__(self) -> None:
        self.gaps: dict[str, list[float]] = {}
        self.blocked: dict[str, list[float]] = {}
        self.late: list[Late] = []
        self.phase = ""
        self._thread, self._id = threading.get_ident(), threading.get_native_id()
        self._garbage = _Garbage()
        self._begin_gap()
        self._watchdog = _Watchdog(self)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @property
    def is_late(self) -> bool:
        """Whether the next beat is late by now."""
        return (time.perf_counter() - self._last) * 1000 > LOOK_MS

    @property
    def thread(self) -> int:
        """Identifier of the UI thread."""
        return self._thread

    def run(self, phase: str, begin: Callable[[], object], until: Callable[[], bool], seconds: float = 120) -> None:
        """Do ``begin`` inside the event loop, then let it run until ``until()`` is true."""
        wait(lambda: False, 0.3)
        self.phase = phase
        QTimer.singleShot(0, begin)
        wait(lambda: False, 0.1)
        if not wait(until, seconds):
            print(f"{phase}: not finished after {seconds:.0f} s", file=sys.stderr)
        self.phase = "between"

    def ours(self, phase: str) -> float:
        """Return the longest gap of a phase that was not the machine's fault; at most 50 ms when all others were."""
        late = [each.ms - each.queue_ms for each in self.late if each.phase == phase and each.fault != Fault.MACHINE]
        short = [gap for gap in self.gaps.get(phase, [0.0]) if gap <= LIMIT_MS]
        return max(late + short, default=0.0)

    def close(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._garbage.close()
        self._watchdog.close()

    def report(self, most: int = 3) -> list[dict[str, object]]:
        """Return the longest late beats of each phase, for JSON."""
        found: list[dict[str, object]] = []
        for phase in self.gaps:
            late = sorted((each for each in self.late if each.phase == phase), key=lambda each: each.queue_ms - each.ms)
            found += [asdict(each) for each in late[:most]]
        return found

    def _beat(self) -> None:
        now, cpu, queue = time.perf_counter(), time.thread_time(), queue_ms(self._id)
        gap, waited = (now - self._last) * 1000, queue - self._queue
        self.gaps.setdefault(self.phase, []).append(gap)
        self.blocked.setdefault(self.phase, []).append(gap - waited)
        if gap > LIMIT_MS:
            self._note(gap, (cpu - self._cpu) * 1000, waited)
        self._watchdog.forget()
        self._begin_gap()  # looking at a late beat takes the UI thread milliseconds, which are not the window's

    def _begin_gap(self) -> None:
        self._last, self._cpu, self._queue = time.perf_counter(), time.thread_time(), queue_ms(self._id)
        self._garbage.ms = 0.0

    def _note(self, gap: float, cpu: float, waited: float) -> None:
        seen = self._watchdog
        lock, others = seen.lock_ms, seen.others_queue_ms()
        own = gap - waited
        if own <= LIMIT_MS or ((own - cpu) > own / 2 and own - others <= LIMIT_MS):
            fault = Fault.MACHINE  # it had no processor, or the thread that it waited for had none
        elif cpu >= own / 2:
            fault = Fault.COMPUTES
        else:
            fault = Fault.LOCK if lock >= (own - cpu) / 2 else Fault.SLEEPS
        numbers = (round(each, 1) for each in (gap, cpu, waited, lock, self._garbage.ms))
        self.late.append(Late(self.phase, fault, *numbers, most_common(seen.main), most_common(seen.lanes)))


class _Garbage:
    """For how many milliseconds Python's collector has looked for garbage since ``ms`` was set to 0."""

    def __init__(self) -> None:
        self.ms = self._since = 0.0
        gc.callbacks.append(self._count)

    def close(self) -> None:
        """Count no more."""
        gc.callbacks.remove(self._count)

    def _count(self, phase: str, _about: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._since = now
        else:
            self.ms += (now - self._since) * 1000


class _Watchdog:
    """Looks at the stacks while a beat is late, and measures how long it waits for Python's lock itself.

    While a thread holds the lock in a long call it cannot look; then there are no stacks.
    """

    def __init__(self, heart: Heart) -> None:
        self._heart = heart
        self.main: deque[str] = deque(maxlen=200)
        self.lanes: deque[str] = deque(maxlen=400)
        self._longest = 0.0
        self._task = 0
        self._asleep = time.perf_counter(), 0.0  # since when, and its `queue_ms` then
        self._queues: dict[int, float] = {}
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._watching.start()

    def close(self) -> None:
        """End its thread."""
        self._over.set()
        self._watching.join()

    def forget(self) -> None:
        """Begin anew: there was a beat."""
        self.main.clear()
        self.lanes.clear()
        self._longest, self._queues = 0.0, {}

    @property
    def lock_ms(self) -> float:
        """The longest that it waited since the last beat, or waits now."""
        return max(self._longest, self._waited())

    def others_queue_ms(self) -> float:
        """Return how long, at most, another thread of the process had no processor since the beat became late."""
        now = queues()
        return max((now.get(task, 0.0) - before for task, before in self._queues.items()), default=0.0)

    def _watch(self) -> None:
        self._task = threading.get_native_id()
        while not self._over.is_set():
            self._asleep = time.perf_counter(), queue_ms(self._task)
            time.sleep(BEAT_MS / 1000)
            self._longest = max(self._longest, self._waited())
            if self._heart.is_late:
                self._look()

    def _waited(self) -> float:
        since, queue = self._asleep
        return (time.perf_counter() - since) * 1000 - BEAT_MS - (queue_ms(self._task) - queue)

    def _look(self) -> None:
        if not self._queues:
            others = queues()
            others.pop(threading.main_thread().native_id or 0, None)
            others.pop(threading.get_native_id(), None)
            self._queues = others
        for thread, calls in stacks().items():
            if thread == self._heart.thread:
                self.main.append(stack(calls))
            elif calls and (calls[0].file, calls[0].function) not in IDLE:
                self.lanes.append(stack(calls))


def stack(calls: list[Call]) -> str:
    """Return the innermost calls of a stack, innermost first."""
    return " < ".join(map(str, calls[:FRAMES]))


def most_common(stacks: deque[str], most: int = 3) -> list[str]:
    """Return the most frequent stacks, each with its number."""
    return [f"{number}x {each}" for each, number in Counter(list(stacks)).most_common(most)]


def queue_ms(task: int) -> float:
    """How long this thread was ready to run while others had the processor (Linux; elsewhere 0)."""
    try:
        return int((TASKS / str(task) / "schedstat").read_text().split()[1]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def queues() -> dict[int, float]:
    """Return `queue_ms` of each thread of this process."""
    return {int(task.name): queue_ms(int(task.name)) for task in TASKS.iterdir()} if TASKS.is_dir() else {}


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Run the event loop until it holds or the time is over."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    return until()
