"""Leaving: the window closes once every label is on the disk; where that cannot be, the person is asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.document.autosave import Autosaver, Unsaved
from app.document.image_names import image_name
from app.document.rescue import ended_folder, rescue, rescued_below
from app.jobs.job_runner import JobRunner
from app.language.engine_texts import words
from app.window.unsaved_dialog import UnsavedDialog
from segcore.errors import MaskwrightError

logger = logging.getLogger(__name__)

PATIENCE_MS = 4000
"""A save that takes longer than this is asked about when the window is to close."""


class Leaving(QObject):
    """Knows whether the labels allow the window to close, and closes it once they do."""

    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, autosaver: Autosaver, jobs: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._autosaver = autosaver
        self._jobs = jobs
        self._window = window
        self._wanted = False
        self._released: set[Unsaved] = set()  # in another folder, or given up
        self._rescuing = False
        self.dialog: QDialog | None = None
        """The dialog that is open now."""
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._ask)
        autosaver.rested.connect(self._look)

    @property
    def gave_up(self) -> bool:
        """Whether some labels are not in their project, and the person knows it."""
        return self._autosaver.pending and self._settled()

    def may_close(self) -> bool:
        """Save, and say whether everything is safe; when not, the window closes by itself later, or a dialog asks."""
        self._autosaver.flush()
        if self._settled():
            self.stay()
            return True
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
        elif not self._wanted:
            self._wanted = True
            self._patience.start()
            self.message.emit(self.tr("The labels are still being saved. The window closes when they are."))
        return False

    def stay(self) -> None:
        """Forget that the window was to close."""
        self._wanted = False
        self._patience.stop()

    def painted(self) -> None:
        """Stay open when the person goes on painting, unless a dialog waits for an answer."""
        if self.dialog is None and not self._rescuing:
            self.stay()

    def choose_place(self) -> None:
        """Ask for a folder, and write there what is not saved."""
        dialog = QFileDialog(self._window, self.tr("Save unsaved labels to a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda text: self.save_to(Path(text)))
        self._open(dialog, self._look)

    def save_to(self, place: Path) -> None:
        """Write unsaved labels below this folder; then close the window if that was asked for."""
        self._autosaver.flush()
        states = self._autosaver.unsaved
        job = self._jobs.submit("rescue", partial(rescue, states, place), self.tr("Save unsaved labels"))
        job.succeeded.connect(partial(self._on_rescued, states))
        job.failed.connect(self._on_not_rescued)
        job.cancelled.connect(partial(self._on_rescued, [], []))
        self._rescuing = True

    def save_what_is_left(self) -> None:
        """Write labels that no save has reached to a folder of the user, at the end, when nobody can be asked."""
        states = [state for state in self._autosaver.unsaved if state not in self._released]
        if states:
            try:
                for folder in rescue(states, ended_folder()):
                    logger.error("Labels that could not be saved are in %s.", folder)
            except MaskwrightError as error:
                logger.error("Labels are lost: %s", error)

    def tell_what_was_left(self) -> None:
        """Say where the labels are that could not be saved when the app was ended from outside."""
        found = rescued_below(ended_folder())
        if found:
            self.error.emit(
                MaskwrightError(
                    self.tr("Labels that could not be saved when Maskwright was ended are in {folder}.").format(
                        folder=found[-1]
                    ),
                    self.tr("The text file there says how to restore them. Then remove the folder."),
                )
            )

    # --- inside ------------------------------------------------------------------------------------------------

    def _settled(self) -> bool:
        unsaved = self._autosaver.unsaved
        self._released.intersection_update(unsaved)
        return not self._autosaver.dirty and self._released.issuperset(unsaved)

    def _look(self) -> None:
        """Go on with closing when a save or a rescue has ended."""
        if not self._wanted or self._rescuing:
            return
        if self._settled():
            dialog, self.dialog = self.dialog, None
            if dialog is not None:
                dialog.close()
            self._window.close()
        elif self._autosaver.dirty:
            self._patience.start()
            self._autosaver.flush()
        elif self.dialog is None:
            self._ask()

    def _ask(self, note: str = "") -> None:
        waiting = self.tr("It is still being written.")
        images = [
            (image_name(state.image_id), str(self._autosaver.reason(state) or waiting))
            for state in self._autosaver.unsaved
        ]
        dialog = UnsavedDialog(images, note, self._window)
        dialog.again_wanted.connect(self._try_again)
        dialog.place_wanted.connect(self.choose_place)
        dialog.lost.connect(self._give_up)
        self._open(dialog, self.stay)

    def _open(self, dialog: QDialog, on_rejected: Callable[[], None]) -> None:
        self._patience.stop()
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(partial(self._on_finished, dialog, on_rejected))
        dialog.open()

    def _on_finished(self, dialog: QDialog, on_rejected: Callable[[], None], result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None
            if result == QDialog.DialogCode.Rejected:
                on_rejected()

    def _try_again(self) -> None:
        self.stay()
        self._window.close()

    def _give_up(self) -> None:
        self._released.update(self._autosaver.unsaved)
        self._window.close()

    def _on_rescued(self, states: list[Unsaved], folders: list[Path]) -> None:
        self._rescuing = False
        self._released.update(states)
        for folder in folders:
            self.message.emit(self.tr("The unsaved labels are in {folder}.").format(folder=folder))
        self._look()

    def _on_not_rescued(self, error: Exception) -> None:
        self._rescuing = False
        if self._wanted:
            self._ask(words(error))
        else:
            self.error.emit(error)
