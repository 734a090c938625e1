"""Start: a training's process is started on a lane; meanwhile the window may change its mind."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_process import TrainingProcess
from segcore.errors import MaskwrightError, TrainingError
from segcore.training.control import Control

KILL_WAIT_SECONDS = 3.0


class Start:
    """Makes the folder of a training, starts its process and writes its record: slow on a slow disk.

    Parameters
    ----------
    folder : TrainingFolder
        Where the process writes; removed when it cannot be started.
    words : Sequence[str]
        The command line after ``python``.
    held_out : int
        For the record.
    control : Control
        What the process finds when it first looks.
    """

    def __init__(self, folder: TrainingFolder, words: Sequence[str], held_out: int, control: Control) -> None:
        self._folder, self._words, self._held_out, self._control = folder, words, held_out, control
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
                    self._process = TrainingProcess.start(self._words, folder.lines, folder.errors)
            if self._process is not None:
                folder.write(TrainingRecord(self._process.mark, self._held_out))
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

    def _clear(self) -> None:
        if self._process is not None:
            self._process.wait(KILL_WAIT_SECONDS)
        self._folder.remove()

    def _told(self, error: Exception) -> MaskwrightError:
        if isinstance(error, MaskwrightError):
            return error
        return TrainingError(
            _tr("The training process cannot start: {reason}.").format(reason=error),
            _tr("Check that {program} can be run and that {folder} can be written.").format(
                program=sys.executable, folder=self._folder.project
            ),
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingRun", text)
