"""JobRunner: slow work off the UI thread, in lanes; progress, cancel, one terminal signal."""

from __future__ import annotations

import inspect
import logging
import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.jobs.job import Job as Job
from segcore.progress import Progress, Steps

logger = logging.getLogger(__name__)

LANES = (
    *("save", "journal", "head", "io", "device", "crf", "live", "features", "thumbs", "learn", "worklist", "rescue"),
    *("hear", "doctor"),
)
"""One thread each, work in order: saving, the undo history, the end of a head of Live, everything else with files, the
accelerator, the CRF under the hand, the head of Live, the features that it needs, thumbnails, long searches, the
ranking of images, unsaved labels to another place when saving fails or hangs, what training processes print, and
reports about this machine."""

KEEP_LANES = ("save", "journal", "head")
"""What a person did is written here, so a shutdown finishes them instead of cancelling them. The undo history and what
Live has learned have their own, because they take a moment, and labels being saved must not wait for them."""

AFTER_SAVES = "io"
"""Its jobs start once the jobs of `KEEP_LANES` have ended that were submitted before them: a load after a save sees
it."""

SHUTDOWN_SECONDS = 10.0
READ_SECONDS = 3.0
KEEP_SECONDS = 60.0
"""How long a shutdown waits: for the lanes all together, for those of `READING` (a read from a network disk or a FIFO
may never end), and for `KEEP_LANES`."""

READING = ("io", "hear")

PROGRESS_INTERVAL_MS = 33
SLICE_SECONDS = 0.008
"""How long results are handed over before the window has its turn: those of many jobs may come at once."""
SWITCH_SECONDS = 0.0002
"""How long a lane keeps the interpreter while the UI thread wants it (Python's default: 0.005, for each lane)."""


@dataclass(eq=False)
class _Work:
    """What a lane knows of a job. No QObject, for a lane must never let go of the last reference to one.

    ``start`` and ``value`` may refer to some, so the UI thread takes both away, once the job has ended.
    """

    lane: str
    start: Callable[[], Any] | None
    after: dict[str, int] = field(default_factory=dict)  # so many jobs of these lanes must have ended before it starts
    cancelled: threading.Event = field(default_factory=threading.Event)
    value: Any = None  # what was returned, or raised


class _LaneJob(Job):
    """A job in a lane.

    All signals arrive after `JobRunner.submit` has returned. After `cancel` it is always ``cancelled``, so a stale
    result can never arrive.
    """

    def __init__(self, work: _Work, runner: JobRunner, title: str, quiet: bool) -> None:
        super().__init__(title, quiet)
        self.lane = work.lane
        self._work = work
        self._runner = runner

    def cancel(self) -> None:
        """Close the task at its next step; a job that still waits never starts. Harmless when finished."""
        super().cancel()
        if not self.finished:
            self._runner._withdraw(self._work)


class JobRunner(QObject):
    """Runs jobs in lanes.

    A job is a callable that returns a value or a `Task` (a generator of `Progress`); a task is driven step by step.
    """

    started = Signal(Job)
    """Its lane has begun with it. Not emitted for quiet jobs."""

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[str, SimpleQueue[_Work | None]] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._jobs: dict[_Work, _LaneJob] = {}
        self._waiting: set[_Work] = set()
        self._mail: deque[tuple[str, _Work]] = deque()
        self._steps: dict[_Work, Progress] = {}
        self._kept, self._kept_ended = dict.fromkeys(KEEP_LANES, 0), dict.fromkeys(KEEP_LANES, 0)
        self._lock = threading.Condition()
        self._closed = False
        self._ended = False  # from then on no lane touches this object, which its owner may delete
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PROGRESS_INTERVAL_MS)
        self._pace.timeout.connect(self._deliver_progress)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._deliver)
        sys.setswitchinterval(SWITCH_SECONDS)
        # Now, not at the first job: starting a thread waits for it, and it may wait for the import of torch.
        for lane in LANES:
            self._queues[lane] = SimpleQueue()
            self._threads[lane] = threading.Thread(
                target=self._run_lane, args=(self._queues[lane],), name=f"lane-{lane}", daemon=True
            )
            self._threads[lane].start()

    def submit(self, lane: str, start: Callable[[], Any], title: str = "", quiet: bool = False) -> Job:
        """Queue work in a lane of `LANES`.

        Parameters
        ----------
        lane : str
            One of `LANES`; ValueError otherwise.
        start : Callable
            Called on the lane's thread; returns a value, or a `Task` to drive.
        title : str
            What the person reads while it runs.
        quiet : bool
            Not announced by `started` (saves, thumbnails).
        """
        if lane not in LANES:
            raise ValueError(f"No lane {lane!r}; lanes are {', '.join(LANES)}.")
        work = _Work(lane, start, dict(self._kept) if lane == AFTER_SAVES else {})
        job = _LaneJob(work, self, title, quiet)
        self._jobs[work] = job
        if self._closed:
            job.cancel()
            self._post("cancelled", work)
            return job
        if lane in KEEP_LANES:
            self._kept[lane] += 1
        with self._lock:
            self._waiting.add(work)
        self._queues[lane].put(work)
        return job

    @property
    def is_shut_down(self) -> bool:
        """Whether no further job is done."""
        return self._closed

    @property
    def busy(self) -> bool:
        """Whether any job has not finished."""
        return bool(self._jobs)

    def shutdown(self, seconds: float = SHUTDOWN_SECONDS, keep_seconds: float = KEEP_SECONDS) -> list[str]:
        """Cancel everything but `KEEP_LANES`, finish those, and join the threads.

        Parameters
        ----------
        seconds : float
            How long to wait for the other lanes, all together; for those of `READING` at most `READ_SECONDS`.
        keep_seconds : float
            How long to wait for the saves.

        Returns
        -------
        list[str]
            The lanes whose thread did not end in time; it goes on as a daemon. Every other job has had its terminal
            signal.
        """
        if self._closed:
            return []
        self._closed = True
        for job in list(self._jobs.values()):
            if job.lane not in KEEP_LANES:
                job.cancel()
        for queue in self._queues.values():
            queue.put(None)
        start = time.monotonic()
        hanging = []
        for lane, thread in self._threads.items():
            limit = keep_seconds if lane in KEEP_LANES else min(seconds, READ_SECONDS) if lane in READING else seconds
            thread.join(max(0.0, start + limit - time.monotonic()))
            if thread.is_alive():
                logger.warning("Lane %s did not end within %.0f s.", lane, limit)
                hanging.append(lane)
        with self._lock:
            self._ended = True
        for timer in (self._pace, self._rest):
            timer.stop()
        self._deliver_until(math.inf)
        return hanging

    # --- on the lanes' threads ---------------------------------------------------------------------------------

    def _run_lane(self, queue: SimpleQueue[_Work | None]) -> None:
        while (work := queue.get()) is not None:
            if self._take(work):
                self._run(work)
            if work.lane in KEEP_LANES:
                with self._lock:
                    self._kept_ended[work.lane] += 1
                    self._lock.notify_all()
            del work

    def _take(self, work: _Work) -> bool:
        """Wait for the saves before it; return False when it was withdrawn."""
        with self._lock:
            self._lock.wait_for(lambda: self._may_start(work) or work not in self._waiting)
            mine = work in self._waiting
            self._waiting.discard(work)
        return mine

    def _may_start(self, work: _Work) -> bool:
        return all(self._kept_ended[lane] >= number for lane, number in work.after.items())

    def _run(self, work: _Work) -> None:
        self._post_from_lane("started", work)
        self._post_from_lane(self._outcome(work), work)

    def _outcome(self, work: _Work) -> str:
        """Return how it ended; the lane refers to nothing of it when the UI thread hears of that."""
        try:
            result = work.start() if work.start is not None else None
            if inspect.isgenerator(result):
                result = self._drive(work, cast("Generator[Progress, None, Any]", result))
            work.value = result
        except BaseException as error:
            if not isinstance(error, Exception):
                logger.error("A job ended with %r", error)
            work.value = error
            return "failed"
        return "succeeded"

    def _drive(self, work: _Work, task: Any) -> Any:
        with closing(task):
            if work.cancelled.is_set():
                return None
            steps = Steps(task)
            for step in steps:
                with self._lock:
                    first = not self._steps
                    self._steps[work] = step
                    if first and not self._ended:
                        self._woken.emit()  # last: the UI thread may look at once
                if work.cancelled.is_set():
                    return None
            return steps.result

    def _post_from_lane(self, what: str, work: _Work) -> None:
        with self._lock:
            if not self._ended:
                self._post(what, work)

    # --- on the UI thread --------------------------------------------------------------------------------------

    def _post(self, what: str, work: _Work) -> None:
        self._mail.append((what, work))
        self._woken.emit()

    def _withdraw(self, work: _Work) -> None:
        work.cancelled.set()
        with self._lock:
            waiting = work in self._waiting
            self._waiting.discard(work)
            self._lock.notify_all()
        if waiting:
            work.start = None
            self._post("cancelled", work)

    @Slot()
    def _deliver(self) -> None:
        if not self._rest.isActive():
            self._deliver_until(time.perf_counter() + SLICE_SECONDS)

    def _deliver_until(self, end: float) -> None:
        while self._mail:
            if time.perf_counter() > end:
                self._rest.start()
                return
            what, work = self._mail.popleft()
            job = self._jobs.get(work)
            if job is None:
                continue
            if what == "started":
                job._begin()
                if not job.quiet:
                    self.started.emit(job)
            else:
                self._finish(what, work, job)
        if self._steps and not self._pace.isActive() and not self._closed:
            self._deliver_progress()
            self._pace.start()

    @Slot()
    def _deliver_progress(self) -> None:
        with self._lock:
            steps, self._steps = self._steps, {}
        for work, step in steps.items():
            self._show(work, step)
        if steps and not self._closed:
            self._pace.start()

    def _show(self, work: _Work, step: Progress) -> None:
        job = self._jobs.get(work)
        if job is not None and not job.cancelling:
            job._advance(step)

    def _finish(self, what: str, work: _Work, job: _LaneJob) -> None:
        value, work.value, work.start = work.value, None, None
        with self._lock:
            step = self._steps.pop(work, None)
        if step is not None:
            self._show(work, step)
        del self._jobs[work]
        job.finished = True
        if job.cancelling:
            if what == "failed":
                logger.info("A cancelled job ended with %r", value)
            elif value is not None:
                job.dropped.emit(value)
            job.cancelled.emit()
        elif what == "failed":
            logger.warning("%s failed: %s", job.title or "A job", value, exc_info=value)
            job.failed.emit(value)
        else:
            job.succeeded.emit(value)
        job._tell_end()
