"""CrfQueue: the decisions of a stroke, one at a time and the newest first, in the lane "crf"."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.document.document import Document
from app.jobs.job_runner import Job, JobRunner
from app.jobs.torch_preload import open_torch_libraries
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.interactive.window import Windows

logger = logging.getLogger(__name__)

LANE = "crf"
SLOW_MS = 500
"""After so long without an answer a person is told what it waits for."""
WARM_SIDE = 256
"""Pixels of the picture that the engine is tried on."""


class Question(NamedTuple):
    """One decision to be made: ``start`` is called on the lane, the other two on the UI thread."""

    start: Callable[[], Task[Any]]
    answered: Callable[[Any], None]
    failed: Callable[[Exception], None]


class CrfQueue(QObject):
    """At most one decision runs and one waits: what is asked later takes the place of what waits.

    Attributes
    ----------
    ready : bool
        Whether the engine has answered once.
    """

    message = Signal(str)

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._windows: Windows | None = None
        self._running: Job | None = None
        self._preparing: Job | None = None
        self._waiting: Callable[[], Question] | None = None
        self._warming = False
        self.ready = False
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell)
        document.image_changed.connect(self._forget)

    @property
    def windows(self) -> Windows:
        """What the core keeps of the open image from one decision to the next."""
        from segcore.interactive.window import Windows

        assert self._document.image is not None
        if self._windows is None:
            self._windows = Windows(self._document.image)
        return self._windows

    def ask(self, question: Callable[[], Question]) -> None:
        """Decide as soon as the lane is free; ``question`` is called then, so that it is about the newest state."""
        if self._running is None:
            self._submit(question)
        else:
            self._waiting = question

    def hurry(self) -> None:
        """Drop the decision that runs when a newer one waits for it."""
        if self._running is not None and self._waiting is not None:
            question, self._waiting = self._waiting, None
            self._running.cancel()
            self._submit(question)

    def cancel(self) -> None:
        """Drop everything; nobody is answered."""
        self._waiting = None
        self._slow.stop()
        if self._running is not None:
            running, self._running = self._running, None
            running.cancel()

    def prepare(self, start: Callable[[], Task[Any]]) -> None:
        """Decide something whose answer nobody wants, if the lane is free: the next decision nearby is a quick one."""
        if self.ready and self._running is None and (self._preparing is None or self._preparing.finished):
            self._preparing = self._jobs.submit(LANE, partial(_decided, start), quiet=True)

    def stop_preparing(self) -> None:
        """Drop a preparation that turned out to be of no use."""
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None

    def warm_up(self) -> None:
        """Load the engine and try it, so that the first stroke need not wait for it; once."""
        if self._warming:
            return
        self._warming = True
        job = self._jobs.submit(LANE, _tried, quiet=True)
        job.succeeded.connect(self._now_ready)
        job.failed.connect(lambda error: logger.warning("The CRF engine did not start: %s", error))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _submit(self, ask: Callable[[], Question]) -> None:
        question = ask()
        job = self._jobs.submit(LANE, partial(_decided, question.start), quiet=True)
        self._running = job
        job.succeeded.connect(self._now_ready)
        for ended, tell in ((job.succeeded, question.answered), (job.failed, question.failed)):
            ended.connect(partial(self._end, id(job), tell))
        job.cancelled.connect(partial(self._end, id(job), None))
        if not self._slow.isActive():
            self._slow.start()

    def _end(self, which: int, tell: Callable[[Any], None] | None, value: Any = None) -> None:
        if self._running is None or id(self._running) != which:
            return
        self._running = None
        self._slow.stop()
        if tell is not None:
            tell(value)
        if self._waiting is not None and self._running is None:
            question, self._waiting = self._waiting, None
            self._submit(question)

    def _tell(self) -> None:
        if self.ready:
            self.message.emit(self.tr("The CRF is busy; your stroke is decided next."))
        else:
            self.message.emit(self.tr("The engine is starting; your stroke grows when it is there."))

    def _now_ready(self, _: object) -> None:
        self.ready = True

    def _forget(self) -> None:
        self._windows = None
        self.stop_preparing()


def _decided(start: Callable[[], Task[Any]]) -> Task[Any]:
    yield Progress(0, 0)
    open_torch_libraries()
    return (yield from start())


def _tried() -> Task[None]:
    yield Progress(0, 0)
    open_torch_libraries()
    from segcore.interactive.smart_stroke import SmartStroke

    side = WARM_SIDE
    image = np.zeros((side, side, 3), np.uint8)
    image[:, side // 2 :] = 200
    labels, provenance = np.full((side, side), 255, np.uint8), np.zeros((side, side), np.uint8)
    stroke = SmartStroke(image, labels, provenance, None, np.array([0, 1], np.uint8), 1)
    for _ in range(2):  # the second time is as fast as all that follow
        yield from stroke.decide(Covered(Box(40, 40, 50, 50), np.ones((10, 10), np.bool_)))
