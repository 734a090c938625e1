"""TrainingRun: fine-tuning in a process of its own, heard through its JSON lines."""

from __future__ import annotations

import json
import math
import signal
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from app.jobs.job import Job
from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_outcome import TrainingOutcome, outcome_from_json
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.progress import Progress

LOOK_MS = 100
CHUNK_BYTES = 1 << 18
"""Read at one look: a training of hours, found again, must not hold the window."""
TAIL_BYTES = 1 << 16
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
    minutes: float = 1.5
    seed: int = 0
    device: str = "auto"
    held_out: int = 0
    against: str = ""

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
        self._lines: IO[bytes] | None = None
        self._buffer = b""
        self._tail: deque[str] = deque(maxlen=STDERR_LINES)
        self._outcome: TrainingOutcome | None = None
        self._error: MaskwrightError | None = None
        self._cancelling = False
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

    @property
    def cancelling(self) -> bool:
        """Whether `cancel` was asked for."""
        return self._cancelling

    def start(self, order: TrainingOrder) -> None:
        """Start the process; returns at once."""
        folder = self.folder
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            self._process = TrainingProcess.start(order.arguments(), folder.lines, folder.errors)
            folder.write(TrainingRecord(self._process.mark, order.held_out))
        except (OSError, MaskwrightError) as error:
            self._not_started(error)
            return
        self._listen()

    def take_up(self, record: TrainingRecord) -> None:
        """Go on with a training that another window started; the signals tell what it said from its beginning."""
        self._process = TrainingProcess(record.process)
        self._listen()
        QTimer.singleShot(0, self, self._look)

    def cancel(self) -> None:
        """End the process now; ``cancelled`` follows. The versions made before stay as they are."""
        if self._process is not None and not self.finished:
            self._cancelling = True
            self._process.kill()

    def leave(self) -> None:
        """Let the process go on without this window."""
        if self._process is not None and not self.finished:
            self._close()
            self._process.let_go()
            self.ended.emit()

    @Slot()
    def shutdown(self) -> None:
        """End the process and wait for it: for the end of the window."""
        if self._process is not None and not self.finished:
            self.cancel()
            self._process.wait(KILL_WAIT_SECONDS)
            self._end()

    # --- listening ---------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._begin()
        self._timer.start()

    def _look(self) -> None:
        """Read what is new; when the process has ended and all is read, tell how it ended."""
        if self._process is None or self.finished:
            return
        lives = self._process.lives()  # asked first: what it wrote last is there by then
        more = self._read()
        if not lives and not more:
            self._take(self._buffer)
            self._end()

    def _read(self) -> bool:
        """Take the next lines; whether there may be more."""
        if self._lines is None:
            with suppress(OSError):
                if self.folder.lines.is_file():
                    self._lines = self.folder.lines.open("rb")
        try:
            data = self._lines.read(CHUNK_BYTES) if self._lines is not None else b""
        except OSError:
            return False
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        self._buffer = self._buffer[-CHUNK_BYTES:]
        for line in lines:
            self._take(line)
        return len(data) == CHUNK_BYTES

    def _take(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        if not text or self.finished:
            return
        try:
            message = json.loads(text)
            event = message["event"]
            if event == "progress":
                self._advance(_progress(message))
            elif event == "result":
                self._outcome = outcome_from_json(message)
            elif event == "error":
                self._error = TrainingError(str(message["message"]), str(message.get("remedy", "")))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            self._tail.append(text)  # a library printed to stdout; it may explain a crash

    # --- the end -----------------------------------------------------------------------------------------------

    def _end(self) -> None:
        self._close()
        if self._cancelling:
            self.folder.remove()
            self.cancelled.emit()
        elif self._outcome is not None:
            self._publish(self._outcome)
        else:
            self._fail(self._error or self._crash())
        self.ended.emit()

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
        if self._lines is not None:
            self._lines.close()
            self._lines = None

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
        self.ended.emit()

    def _crash(self) -> TrainingError:
        self._read_errors()
        code = self._process.code if self._process is not None else None
        said = "\n".join(list(self._tail)[-12:])
        low = said.casefold()
        killed = code == -getattr(signal, "SIGKILL", 9)
        if "out of memory" in low or "memoryerror" in low or "can't allocate memory" in low or killed:
            message = self.tr("Training ran out of memory and was stopped.")
            remedy = self.tr("Close other programs, or choose a smaller base model, and try again.")
        elif code is None:
            message = self.tr("The training that went on in the background ended without a result.")
            remedy = self.tr("Your corrections and the model in use are unchanged; train again.")
        else:
            message = self.tr("The training process stopped without a result (code {code}).").format(code=code)
            remedy = self.tr("Your corrections and the model in use are unchanged; try again.")
        if said:
            message += "\n" + self.tr("Its last lines:") + "\n" + said + "\n"
        return TrainingError(message, remedy)

    def _read_errors(self) -> None:
        with suppress(OSError):
            path = self.folder.errors
            if path.is_file():
                with path.open("rb") as file:
                    file.seek(max(0, path.stat().st_size - TAIL_BYTES))
                    text = file.read(TAIL_BYTES).decode("utf-8", "replace")
                self._tail.extend(line for each in text.splitlines() if (line := each.rstrip()))


def _progress(message: Mapping[str, Any]) -> Progress:
    known = ("event", "done", "total", "message")
    detail = {key: float(value) for key, value in message.items() if key not in known and _is_number(value)}
    return Progress(float(message["done"]), float(message["total"]), str(message.get("message", "")), detail)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
