"""KeepBox: the switch "Keep learning" and the watched images of whatever trains now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document.session import Session
from app.training.keep_learning import KeepLearning
from app.training.keep_switch import KeepSwitch
from app.training.model_in_use import ModelInUse
from app.training.state_strip import StateStrip
from app.training.training_outcome import TrainingOutcome
from app.training.training_run import TrainingRun
from app.training.watched_images import WatchedImages


class KeepBox(QWidget):
    """While a fine-tuning runs, the training beside the window waits, and the pictures are those of the fine-tuning."""

    offered = Signal(TrainingOutcome)
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, model: ModelInUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: TrainingRun | None = None
        self.keep = KeepLearning(session, model, self)
        self.watched = WatchedImages(session.document, self)
        self.switch = KeepSwitch(self.keep)
        self.strip = StateStrip(session, self.watched)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.switch)
        layout.addWidget(self.strip)
        self.keep.changed.connect(self._follow)
        self.keep.offered.connect(self.offered)
        self.keep.message.connect(self.message)
        self.keep.error.connect(self.error)
        self.watched.changed.connect(self._watch)
        self.strip.keep_wanted.connect(self._keep_state)

    def follow(self, run: TrainingRun | None) -> None:
        """Show the pictures of this fine-tuning; None: it has ended."""
        self._run = run
        self.keep.pause(self.tr("a fine-tuning runs") if run is not None else "")
        self._watch()
        self._follow()

    def shutdown(self) -> None:
        """End the training beside the window."""
        self.keep.shutdown()

    def _follow(self) -> None:
        if self._run is not None:
            self.strip.follow(self._run.folder.states, stops=True)
        else:
            folder = self.keep.folder
            self.strip.follow(folder.states if folder is not None else None)

    def _watch(self) -> None:
        paths = self.watched.paths()
        self.keep.watch(paths)
        if self._run is not None:
            self._run.watch(paths)

    def _keep_state(self, step: int) -> None:
        if self._run is not None:
            self._run.finish(step)
        else:
            self.keep.keep_state(step)
            self.message.emit(self.tr("This state is measured and becomes a version."))
