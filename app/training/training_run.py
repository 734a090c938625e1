"""TrainingRun: fine-tuning in a process of its own, heard through its JSON lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.jobs.job import Job
from app.jobs.job_runner import JobRunner
from app.training.ending import conclude, explain
from app.training.json_lines import event_of, progress_of
from app.training.listener import Listener
from app.training.start import KILL_WAIT_SECONDS, FineTuningStart
from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_outcome import TrainingOutcome, outcome_from_json
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.progress import Progress
from segcore.training.control import Control

LANE = "save"
"""What the folder is asked and told while the process runs is done there, in order, also when the window closes."""
LOOK_MS = 100
STDERR_LINES = 40


@dataclass(frozen=True)
class TrainingOrder:
    """What to train: the words of ``maskwright train`` as one value, and how many images judge the result.

    ``against`` is the model in use when it is not the base; "" otherwise.
    """

    project: Path
    model: str
    out: Path
    minutes: float = 1.0
    seed: int = 0
    device: str = "auto"
    held_out: int = 0
    against: str = ""
    control: Path | None = None

    def arguments(self) -> list[str]:
        """Return the command line after ``python``."""
        words = ["-m", "segcore", "train", str(self.project), "--model", self.model, "--out", str(self.out)]
        return [
            *words,
            "--minutes",
            f"{self.minutes:g}",
            "--seed",
            str(self.seed),
            "--device",
            self.device,
            *(("--against", self.against) if self.against else ()),
            "--json-lines",
            *(("--control", str(self.control)) if self.control is not None else ()),
        ]


class TrainingRun(Job):
    """One training process, as a job that succeeds with a `TrainingOutcome` and fails with a `MaskwrightError`.

    The process writes into files, so it does not need this window: `leave` lets it go on alone (only ``ended`` is
    emitted then), and `take_up` in a later window goes on listening, or tells how it ended meanwhile. ``progressed``
    tells the last step of a look, ``heard`` each.
    """

    heard = Signal(list)
    """list of Progress, in order: all that is new."""

    def __init__(self, folder: TrainingFolder, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent=parent)
        self.title = self.tr("Fine-tuning")
        self.folder = folder
        self._jobs = jobs
        self._listener = Listener(folder.lines, jobs, LOOK_MS, self)
        self._listener.heard.connect(self._hear)
        self._listener.over.connect(self._end)
        self._tail: deque[str] = deque(maxlen=STDERR_LINES)
        self._steps: list[Progress] = []
        self._outcome: TrainingOutcome | None = None
        self._error: MaskwrightError | None = None
        self._control = Control()
        self._start: FineTuningStart | None = None
        self._process: TrainingProcess | None = None
        self._ending = False
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def running(self) -> bool:
        """Whether the process is being started, lives, or has ended and not all it said is read yet."""
        return (self._start is not None or self._process is not None) and not self.finished

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running, or not yet."""
        return self._process.mark.pid if self._process is not None and not self.finished else 0

    def start(self, order: TrainingOrder) -> None:
        """Start the process on the lane; returns at once. ``failed`` tells why it could not be started."""
        self._start = FineTuningStart(self.folder, order.arguments(), self._control, order.held_out)
        job = self._jobs.submit(LANE, self._start, quiet=True)
        job.succeeded.connect(lambda process: self._started(process))
        job.failed.connect(lambda error: self._tell_how(partial(self.failed.emit, error)))

    def _started(self, process: TrainingProcess | None) -> None:
        """Listen to it, unless this run was left or ended while it was started."""
        self._process = process
        if not self.finished:
            self._end() if process is None else self._listen()
        elif process is not None:
            if self.cancelling:
                process.wait(KILL_WAIT_SECONDS)
                self.folder.remove()
            else:
                process.let_go()

    def take_up(self, record: TrainingRecord) -> None:
        """Go on with a training that another window started; the signals tell what it said from its beginning."""
        self._process = TrainingProcess(record.process)
        job = self._jobs.submit(LANE, partial(Control.read, self.folder.control), quiet=True)
        job.succeeded.connect(self._go_on)

    def _go_on(self, said: Control | None) -> None:
        if not self.finished:
            self._listen()
            self._tell(replace(said or Control(), watched=self._control.watched))

    def cancel(self) -> None:
        """End the process now; ``cancelled`` follows. The versions made before stay as they are."""
        if self.running and not self._ending:
            super().cancel()
            if self._process is not None:
                self._process.kill()
            elif self._start is not None:
                self._start.take_back()

    def watch(self, images: Mapping[str, str]) -> None:
        """Have these image files, by image id, predicted again at each validation."""
        self._tell(replace(self._control, watched=images))

    def finish(self, step: int | None = None) -> None:
        """End the training now; the state of this step, or the best so far, becomes the version."""
        self._tell(replace(self._control, finish=True, keep=step))

    @property
    def finishing(self) -> bool:
        """Whether `finish` was asked for."""
        return self._control.finish

    def leave(self) -> None:
        """Let the process go on without this window."""
        if self.running:
            self._close()
            if self._process is not None:
                self._process.let_go()
            self._tell_end()

    @Slot()
    def shutdown(self) -> None:
        """End the process and wait for it: for the end of the window. A result that is there already stays."""
        if not self.running:
            return
        self.cancel()
        if self._process is not None:
            self._process.wait(KILL_WAIT_SECONDS)
        elif self._start is not None:
            self._start.wait()
        self._close()
        if self.cancelling:
            self.folder.remove()
            self.cancelled.emit()
        self._tell_end()

    def _tell(self, control: Control) -> None:
        """Write what is wanted for the process to find; where that fails, it only goes on as it was."""
        self._control = control
        if self._listener.active or (self._start is not None and self.running):
            self._jobs.submit(LANE, partial(_write, self.folder, control), quiet=True)

    # --- listening ---------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._begin()
        if self._process is not None:
            self._listener.listen(self._process)

    def _hear(self, lines: list[bytes]) -> None:
        for line in lines:
            self._take(line)
        steps, self._steps = self._steps, []
        if steps:
            self.heard.emit(steps)
            self._advance(steps[-1])

    def _take(self, line: bytes) -> None:
        try:
            message = event_of(line)
            event = message["event"]
            if event == "progress":
                self._steps.append(progress_of(message))
            elif event == "result":
                self._outcome = outcome_from_json(message)
            elif event == "error":
                self._error = TrainingError(str(message["message"]), str(message.get("remedy", "")))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            # a library printed to stdout; it may explain a crash
            self._tail.append(line.decode("utf-8", "replace").strip())

    # --- the end -----------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Tell what became of it, once the folder is in order."""
        self._ending = True
        self._listener.stop()
        folder, outcome = self.folder, self._outcome
        if self.cancelling:
            job = self._jobs.submit(LANE, folder.remove, quiet=True)
            job.succeeded.connect(lambda _: self._tell_how(self.cancelled.emit))
        elif outcome is not None:
            job = self._jobs.submit(LANE, partial(conclude, folder, outcome), quiet=True)
            job.succeeded.connect(lambda found: self._tell_how(partial(self.succeeded.emit, found)))
        else:
            code = self._process.code if self._process is not None else None
            why = partial(explain, folder, self._error, code, list(self._tail))
            job = self._jobs.submit(LANE, why, quiet=True)
            job.succeeded.connect(lambda error: self._tell_how(partial(self.failed.emit, error)))
        job.failed.connect(lambda error: self._tell_how(partial(self.failed.emit, error)))

    def _tell_how(self, tell: Callable[[], None]) -> None:
        if not self.finished:  # else nobody listens any more
            self._close()
            tell()
            self._tell_end()

    def _close(self) -> None:
        self.finished = True
        self._listener.stop()


def _write(folder: TrainingFolder, control: Control) -> None:
    """Write what is wanted, unless the folder is gone because the training could not be started or was stopped."""
    if folder.path.is_dir():
        control.write(folder.control)
