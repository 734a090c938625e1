"""Listener: hears what a training process prints, on a lane: a network folder that hangs does not hold the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs.job_runner import JobRunner
from app.jobs.turn import TURN_MS
from app.training.json_lines import JsonLines
from app.training.training_process import TrainingProcess

LANE = "hear"


class Listener(QObject):
    """Reads the lines of one process until it has ended and all is read, or until `stop`."""

    heard = Signal(list)
    """list of bytes: the lines that are new, in order; none is blank."""
    over = Signal()
    """The process has ended, and all that it printed was heard."""

    def __init__(self, lines: Path, jobs: JobRunner, interval_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._lines = JsonLines(lines)
        self._process: TrainingProcess | None = None
        self._looking = False
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._look)

    @property
    def active(self) -> bool:
        """Whether it listens."""
        return self._process is not None

    def listen(self, process: TrainingProcess) -> None:
        """Begin with the first line of the file, at once."""
        self._process = process
        self._timer.start()
        QTimer.singleShot(0, self, self._look)

    def stop(self) -> None:
        """Tell nothing more."""
        self._process = None
        self._timer.stop()

    def _look(self) -> None:
        if self._process is not None and not self._looking:
            self._looking = True
            job = self._jobs.submit(LANE, partial(_look, self._lines, self._process.lives), quiet=True)
            job.succeeded.connect(self._tell)
            job.ended.connect(self._looked)

    def _looked(self) -> None:
        self._looking = False
        if self._lines.more:
            QTimer.singleShot(TURN_MS, self, self._look)

    def _tell(self, found: tuple[list[bytes], bool]) -> None:
        lines, over = found
        if lines and self.active:
            self.heard.emit(lines)
        if over and self.active:  # who heard a line may have stopped this
            self.stop()
            self.over.emit()


def _look(lines: JsonLines, lives: Callable[[], bool]) -> tuple[list[bytes], bool]:
    """Return the lines that are new, and whether there will be no more."""
    running = lives()  # asked first: what it wrote last is there by then
    found = lines.read()
    over = not running and not lines.more
    if over:
        found.append(lines.rest())
    return [line for line in found if line.strip()], over
