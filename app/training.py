"""TrainingRun: fine-tuning in a process of its own, heard through its JSON lines."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, Signal, Slot

import segcore
from app.training_outcome import TrainingOutcome, outcome_from_json
from segcore.errors import MaskwrightError, TrainingError
from segcore.progress import Progress

STDERR_LINES = 40
NICENESS = 10
KILL_WAIT_MS = 3000


@dataclass(frozen=True)
class TrainingOrder:
    """What to train: the words of ``maskwright train`` as one value."""

    project: Path
    model: str
    out: Path
    minutes: float = 1.5
    seed: int = 0
    device: str = "auto"

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
            "--json-lines",
        ]


class TrainingRun(QObject):
    """One training process. Emits ``progressed`` and then exactly one of ``succeeded``, ``cancelled``, ``failed``."""

    progressed = Signal(object)  # Progress
    succeeded = Signal(object)  # TrainingOutcome
    cancelled = Signal()
    failed = Signal(object)  # MaskwrightError

    def __init__(self, order: TrainingOrder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.order = order
        self._buffer = b""
        self._errors = b""
        self._tail: deque[str] = deque(maxlen=STDERR_LINES)
        self._outcome: TrainingOutcome | None = None
        self._error: MaskwrightError | None = None
        self._cancelling = False
        self._ended = False
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(order.arguments())
        self._process.setProcessEnvironment(_environment())
        self._process.started.connect(self._lower_priority)
        self._process.readyReadStandardOutput.connect(self._read_output)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the process; returns at once."""
        self._process.start()
        self._process.closeWriteChannel()

    def cancel(self) -> None:
        """End the process now; ``cancelled`` follows. The versions made before stay as they are."""
        if self.running:
            self._cancelling = True
            self._process.kill()

    @Slot()
    def shutdown(self) -> None:
        """End the process and wait for it: for the end of the window."""
        if self.running:
            self.cancel()
            self._process.waitForFinished(KILL_WAIT_MS)

    def _read_output(self) -> None:
        self._buffer += bytes(self._process.readAllStandardOutput().data())
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            self._take(line)

    def _read_errors(self) -> None:
        self._errors += bytes(self._process.readAllStandardError().data())
        *lines, self._errors = self._errors.replace(b"\r", b"\n").split(b"\n")
        self._tail.extend(text for line in lines if (text := line.decode("utf-8", "replace").rstrip()))

    def _take(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        if not text:
            return
        try:
            message = json.loads(text)
            event = message["event"]
            if event == "progress":
                self.progressed.emit(_progress(message))
            elif event == "result":
                self._outcome = outcome_from_json(message)
            elif event == "error":
                self._error = TrainingError(str(message["message"]), str(message.get("remedy", "")))
        except (ValueError, KeyError, TypeError):
            self._tail.append(text)  # a library printed to stdout; it may explain a crash

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_output()
        self._take(self._buffer)
        self._read_errors()
        if self._errors.strip():
            self._tail.append(self._errors.decode("utf-8", "replace").strip())
        self._buffer = self._errors = b""
        self._end(code, status == QProcess.ExitStatus.CrashExit)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._error = TrainingError(
                self.tr("The training process cannot start: {reason}.").format(reason=self._process.errorString()),
                self.tr("Check that {program} can be run.").format(program=sys.executable),
            )
            self._end(1, crashed=False)

    def _end(self, code: int, crashed: bool) -> None:
        if self._ended:
            return
        self._ended = True
        if self._cancelling:
            self._remove_parts()
            self.cancelled.emit()
        elif self._outcome is not None:
            self.succeeded.emit(self._outcome)
        else:
            self._remove_parts()
            self.failed.emit(self._error or self._crash(code, crashed))

    def _crash(self, code: int, crashed: bool) -> TrainingError:
        said = "\n".join(list(self._tail)[-12:])
        low = said.casefold()
        if "out of memory" in low or "memoryerror" in low or "can't allocate memory" in low or (crashed and code == 9):
            message = self.tr("Training ran out of memory and was stopped.")
            remedy = self.tr("Close other programs, or choose a smaller base model, and try again.")
        else:
            message = self.tr("The training process stopped without a result (code {code}).").format(code=code)
            remedy = self.tr("Your corrections and the model in use are unchanged; try again.")
        if said:
            message += "\n" + self.tr("Its last lines:") + "\n" + said + "\n"
        return TrainingError(message, remedy)

    def _remove_parts(self) -> None:
        for part in self.order.out.parent.glob(f".{self.order.out.name[:40]}.*.part"):
            with suppress(OSError):
                part.unlink()

    def _lower_priority(self) -> None:
        """Let the window go first: the process has just started, so all its later threads inherit this."""
        with suppress(OSError, AttributeError):
            if sys.platform == "win32":
                import ctypes

                kernel = ctypes.windll.kernel32
                handle = kernel.OpenProcess(0x0200, False, self.pid)  # PROCESS_SET_INFORMATION
                kernel.SetPriorityClass(handle, 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
                kernel.CloseHandle(handle)
            else:
                os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)


def _progress(message: Mapping[str, Any]) -> Progress:
    known = ("event", "done", "total", "message")
    detail = {key: value for key, value in message.items() if key not in known}
    return Progress(float(message["done"]), float(message["total"]), str(message.get("message", "")), detail)


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    home = str(Path(segcore.__file__).resolve().parent.parent)
    inherited = environment.value("PYTHONPATH")
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (home, inherited))))
    environment.insert("PYTHONUNBUFFERED", "1")
    environment.insert("PYTHONUTF8", "1")
    return environment
