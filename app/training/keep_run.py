"""KeepRun: the process of a continual training, heard through its JSON lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.jobs.job_runner import JobRunner
from app.training.crash import crash, last_lines
from app.training.json_lines import event_of, progress_of
from app.training.keep_folder import KeepFolder
from app.training.listener import Listener
from app.training.start import Start
from app.training.training_outcome import TrainingOutcome, outcome_from_json
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.progress import Progress
from segcore.training.control import Control

LOOK_MS = 200
TAIL_LINES = 40
END_SECONDS = 3.0
"""So long the end of the window waits for the process to save its state; then the process is killed, and the state of
at most two minutes ago stays."""


@dataclass(frozen=True)
class KeepPace:
    """How much of the machine the process takes.

    Attributes
    ----------
    validate_seconds, candidate_seconds : float
        At least so long lies between two validations, and between two candidates.
    priority : {"idle", "low"}
        Idle: it gets only what no other program wants.
    """

    validate_seconds: float = 60.0
    candidate_seconds: float = 300.0
    priority: str = "idle"


@dataclass(frozen=True)
class KeepOrder:
    """What `KeepRun` starts: the words of ``maskwright keep-learning`` as one value."""

    folder: KeepFolder
    model: str
    seed: int = 0
    device: str = "auto"
    pace: KeepPace = KeepPace()

    def arguments(self) -> list[str]:
        """Return the command line after ``python``."""
        folder, pace = self.folder, self.pace
        return [
            *("-m", "segcore", "keep-learning", str(folder.project), "--attached"),
            *("--model", self.model, "--folder", str(folder.path), "--control", str(folder.control)),
            *("--seed", str(self.seed), "--device", self.device),
            *("--validate-every", f"{pace.validate_seconds:g}", "--candidate-every", f"{pace.candidate_seconds:g}"),
            *("--priority", pace.priority),
        ]


class KeepRun(QObject):
    """One process; it never outlives the window. Emits ``ended`` last, with what went wrong or None."""

    progressed = Signal(Progress, str)
    """What it does, and the verdict of a validation ("" for a mere step)."""
    offered = Signal(TrainingOutcome, bool)
    """A candidate, and whether it is to be a version: shown to be better, or its state chosen by a person."""
    ended = Signal(object)
    """MaskwrightError or None."""

    def __init__(self, order: KeepOrder, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.folder = order.folder
        self._order = order
        self._listener = Listener(order.folder.lines, jobs, LOOK_MS, self)
        self._listener.heard.connect(self._hear)
        self._listener.over.connect(self._end)
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._error: MaskwrightError | None = None
        self._start: Start | None = None
        self._process: TrainingProcess | None = None
        self._stopping = False

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running, or not yet."""
        return self._process.mark.pid if self._process is not None else 0

    @property
    def running(self) -> bool:
        """Whether the process is being started, lives, or not all it said is read yet."""
        return self._start is not None or self._process is not None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping

    def start(self, control: Control) -> None:
        """Start the process on a lane; returns at once. ``ended`` tells why it could not be started."""
        self._start = Start(self.folder, self._order.arguments(), control, attached=True)
        job = self._jobs.submit("save", self._start, quiet=True)
        job.succeeded.connect(lambda process: self._started(process))
        job.failed.connect(lambda error: self._not_started(error))

    def stop(self) -> None:
        """Ask the process to save its state and end; ``ended`` follows."""
        self._stopping = True
        if self._process is not None:
            self._process.ask_to_stop()
        elif self._start is not None:
            self._start.take_back()

    def shutdown(self) -> None:
        """Stop it and wait: for the end of the window."""
        self.stop()
        if self._start is not None:
            self._start.wait()
        if self._process is not None and not self._process.wait(END_SECONDS):
            self._process.kill()
            self._process.wait(END_SECONDS)
        self._close()

    def _started(self, process: TrainingProcess | None) -> None:
        if self._start is None:  # shut down meanwhile
            return
        self._start, self._process = None, process
        if process is None:
            self._end()
        else:
            self._listener.listen(process)

    def _not_started(self, error: MaskwrightError) -> None:
        if self._start is not None:
            self._start = None
            self.ended.emit(None if self._stopping else error)

    def _hear(self, lines: list[bytes]) -> None:
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = event_of(line)
            if message["event"] == "progress":
                self.progressed.emit(progress_of(message), _verdict(message))
            elif message["event"] == "result" and not self._stopping:
                outcome = outcome_from_json(message)
                self.offered.emit(outcome, message.get("chosen") is True or outcome.shown_better)
            elif message["event"] == "error":
                self._error = TrainingError(str(message["message"]), str(message.get("remedy", "")))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            self._tail.append(line.decode("utf-8", "replace").strip())

    def _end(self) -> None:
        code = self._process.code if self._process is not None else None
        self._close()
        if self._stopping or code == 0:
            self.ended.emit(None)
            return
        self._tail.extend(last_lines(self.folder.errors))
        self.ended.emit(self._error or crash(code, list(self._tail)))

    def _close(self) -> None:
        if self._process is not None:
            self._process.ask_to_stop()  # closes the pipe, if it was not asked before
        self._listener.stop()
        self._start = self._process = None


def _verdict(message: Mapping[str, Any]) -> str:
    return str(message.get("verdict", ""))
