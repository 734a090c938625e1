"""TrainingRun: fine-tuning in a process of its own, heard through its JSON lines."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from app.jobs.job import Job
from app.training.crash import crash, last_lines
from app.training.json_lines import JsonLines, event_of, progress_of
from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_outcome import TrainingOutcome, outcome_from_json
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.training.control import Control

LOOK_MS = 100
STDERR_LINES = 40
KILL_WAIT_SECONDS = 3.0


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
    emitted then), and `take_up` in a later window goes on listening, or tells how it ended meanwhile.
    """

    def __init__(self, folder: TrainingFolder, parent: QObject | None = None) -> None:
        super().__init__(parent=parent)
        self.title = self.tr("Fine-tuning")
        self.folder = folder
        self._lines = JsonLines(folder.lines)
        self._tail: deque[str] = deque(maxlen=STDERR_LINES)
        self._outcome: TrainingOutcome | None = None
        self._error: MaskwrightError | None = None
        self._control = Control()
        self._process: TrainingProcess | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def running(self) -> bool:
        """Whether the process lives, or has ended and not all it said is read yet."""
        return self._process is not None and not self.finished

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running."""
        return self._process.mark.pid if self._process is not None and not self.finished else 0

    def start(self, order: TrainingOrder) -> None:
        """Start the process; returns at once."""
        from segcore.project.project_file import check_is_there  # only now: the window must be seen soon

        folder = self.folder
        try:
            check_is_there(folder.project)
            folder.path.mkdir(parents=True, exist_ok=True)
            self._control.write(folder.control)
            self._process = TrainingProcess.start(order.arguments(), folder.lines, folder.errors)
            folder.write(TrainingRecord(self._process.mark, order.held_out))
        except (OSError, MaskwrightError) as error:
            self._not_started(error)
            return
        self._listen()

    def take_up(self, record: TrainingRecord) -> None:
        """Go on with a training that another window started; the signals tell what it said from its beginning."""
        self._process = TrainingProcess(record.process)
        said = Control.read(self.folder.control) or Control()
        self._tell(replace(said, watched=self._control.watched))
        self._listen()
        QTimer.singleShot(0, self, self._look)

    def cancel(self) -> None:
        """End the process now; ``cancelled`` follows. The versions made before stay as they are."""
        if self._process is not None and not self.finished:
            super().cancel()
            self._process.kill()

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
        if self._process is not None and not self.finished:
            self._close()
            self._process.let_go()
            self._tell_end()

    @Slot()
    def shutdown(self) -> None:
        """End the process and wait for it: for the end of the window."""
        if self._process is not None and not self.finished:
            self.cancel()
            self._process.wait(KILL_WAIT_SECONDS)
            self._end()

    def _tell(self, control: Control) -> None:
        """Write what is wanted for the process to find; where that fails, it only goes on as it was."""
        self._control = control
        if self._process is not None and not self.finished:
            with suppress(MaskwrightError):
                control.write(self.folder.control)

    # --- listening ---------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._begin()
        self._timer.start()

    def _look(self) -> None:
        """Read what is new; when the process has ended and all is read, tell how it ended."""
        if self._process is None or self.finished:
            return
        lives = self._process.lives()  # asked first: what it wrote last is there by then
        for line in self._lines.read():
            self._take(line)
        if not lives and not self._lines.more:
            self._take(self._lines.rest())
            self._end()

    def _take(self, line: bytes) -> None:
        if not line.strip() or self.finished:
            return
        try:
            message = event_of(line)
            event = message["event"]
            if event == "progress":
                self._advance(progress_of(message))
            elif event == "result":
                self._outcome = outcome_from_json(message)
            elif event == "error":
                self._error = TrainingError(str(message["message"]), str(message.get("remedy", "")))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            # a library printed to stdout; it may explain a crash
            self._tail.append(line.decode("utf-8", "replace").strip())

    # --- the end -----------------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._close()
        if self.cancelling:
            self.folder.remove()
            self.cancelled.emit()
        elif self._outcome is not None:
            self._publish(self._outcome)
        else:
            self._fail(self._error or self._crash())
        self._tell_end()

    def _publish(self, outcome: TrainingOutcome) -> None:
        try:
            path = self.folder.publish()
        except MaskwrightError as error:  # the folder stays, and with it the checkpoint
            self.failed.emit(error)
            return
        self.succeeded.emit(outcome if path is None else replace(outcome, checkpoint=path))

    def _fail(self, error: MaskwrightError) -> None:
        with suppress(MaskwrightError):
            path = self.folder.publish()  # some errors come after a state worth keeping was saved
            if path is not None:
                error = TrainingError(error.message, error.remedy.replace(str(self.folder.out), str(path)))
            self.folder.remove()
        self.failed.emit(error)

    def _close(self) -> None:
        self.finished = True
        self._timer.stop()
        self._lines.close()

    def _not_started(self, error: Exception) -> None:
        if self._process is not None:  # it runs, but the record cannot be written: nobody would find it again
            self._process.kill()
            self._process.wait(KILL_WAIT_SECONDS)
        self._close()
        self.folder.remove()
        if not isinstance(error, MaskwrightError):
            error = TrainingError(
                self.tr("The training process cannot start: {reason}.").format(reason=error),
                self.tr("Check that {program} can be run and that {folder} can be written.").format(
                    program=sys.executable, folder=self.folder.project
                ),
            )
        self.failed.emit(error)
        self._tell_end()

    def _crash(self) -> TrainingError:
        self._tail.extend(last_lines(self.folder.errors))
        return crash(self._process.code if self._process is not None else None, list(self._tail))
