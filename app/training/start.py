"""Start: a training's process is started on a lane; meanwhile the window may change its mind."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.training.process_folder import ProcessFolder
from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.training.control import Control

KILL_WAIT_SECONDS = 3.0


class Start:
    """Makes the folder of a training process and starts the process: slow on a slow disk.

    Parameters
    ----------
    folder : ProcessFolder
        Where the process writes.
    words : Sequence[str]
        The command line after ``python``.
    control : Control
        What the process finds when it first looks.
    attached : bool
        Whether the process ends with this window; see `TrainingProcess.start`.
    """

    def __init__(self, folder: ProcessFolder, words: Sequence[str], control: Control, attached: bool = False) -> None:
        self._folder, self._words, self._control, self._attached = folder, words, control, attached
        self._lock = threading.Lock()
        self._unwanted = False
        self._process: TrainingProcess | None = None

    def __call__(self) -> TrainingProcess | None:
        """Start it, on a lane; None when `take_back` came first. Raises MaskwrightError."""
        from segcore.project.project_file import check_is_there  # only now: the window must be seen soon

        folder = self._folder
        try:
            check_is_there(folder.project)
            folder.path.mkdir(parents=True, exist_ok=True)
            self._control.write(folder.control)
            with self._lock:
                if not self._unwanted:
                    self._process = TrainingProcess.start(self._words, folder.lines, folder.errors, self._attached)
            if self._process is not None:
                self._record(self._process)
        except (OSError, MaskwrightError) as error:
            self.take_back()  # it may run without a record: nobody would find it again
            self._clear()
            raise self._told(error) from error
        if self._unwanted:
            self._clear()
            return None
        return self._process

    def take_back(self) -> None:
        """Start it no more; a process that was started ends now."""
        with self._lock:
            self._unwanted = True
            if self._process is not None:
                self._process.kill()

    def wait(self) -> None:
        """After `take_back`: wait until a process that was started has ended, also one that nobody was told of."""
        if self._process is not None:
            self._process.wait(KILL_WAIT_SECONDS)

    def _record(self, process: TrainingProcess) -> None:
        """Write down what was started, where another window must find it."""

    def _clear(self) -> None:
        self.wait()

    def _told(self, error: Exception) -> MaskwrightError:
        if isinstance(error, MaskwrightError):
            return error
        return TrainingError(
            _tr("The training process cannot start: {reason}.").format(reason=error),
            _tr("Check that {program} can be run and that {folder} can be written.").format(
                program=sys.executable, folder=self._folder.project
            ),
        )


class FineTuningStart(Start):
    """Of a training that goes on without the window: ``held_out`` is for its record. Its folder goes with it."""

    def __init__(self, folder: TrainingFolder, words: Sequence[str], control: Control, held_out: int) -> None:
        super().__init__(folder, words, control)
        self._own, self._held_out = folder, held_out

    def _record(self, process: TrainingProcess) -> None:
        self._own.write(TrainingRecord(process.mark, self._held_out))

    def _clear(self) -> None:
        super()._clear()
        self._own.remove()


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingRun", text)
