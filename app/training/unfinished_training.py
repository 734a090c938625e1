"""UnfinishedTraining: asks what becomes of a training that runs when the window closes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.appearance.plain_text import plain_question
from app.jobs.job_bar import duration
from app.training.training_panel import TrainingPanel


class UnfinishedTraining(QObject):
    """The window asks `may_close` before it closes, and closes when it is told so."""

    close_wanted = Signal()

    def __init__(self, panel: TrainingPanel, window: QWidget) -> None:
        super().__init__(window)
        self._panel = panel
        self._window = window
        self.question: QMessageBox | None = None
        panel.running_changed.connect(self._on_running)

    def may_close(self) -> bool:
        """Whether nothing trains, or the person said what becomes of it. Otherwise the question is there now."""
        application = QGuiApplication.instance()
        ends = isinstance(application, QGuiApplication) and application.isSavingSession()
        if ends or not self._panel.undecided_run:
            return True
        if self.question is None:
            self._ask()
        return False

    def _ask(self) -> None:
        left = self._panel.seconds_left
        about = self.tr("A training is running.")
        if left is not None:
            about = self.tr("A training is running; {left} left.").format(left=duration(left))
        box = plain_question(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Close Maskwright"))
        box.setText(about)
        box.setInformativeText(
            self.tr(
                "In the background it goes on without the window, and its result is offered when you open this "
                "project again. Stopped, it leaves nothing: your labels and the model in use stay as they are."
            )
        )
        stop = box.addButton(self.tr("Stop training"), QMessageBox.ButtonRole.DestructiveRole)
        background = box.addButton(self.tr("Finish in the background"), QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setDefaultButton(background)
        stop.clicked.connect(self._stop)
        background.clicked.connect(self._leave)
        self.question = box
        box.finished.connect(lambda _: setattr(self, "question", None))
        box.open()

    def _stop(self) -> None:
        self._panel.cancel()
        self.close_wanted.emit()

    def _leave(self) -> None:
        self._panel.finish_in_background()
        self.close_wanted.emit()

    def _on_running(self, running: bool) -> None:
        if not running and self.question is not None:
            self.question.reject()  # it has ended meanwhile: there is nothing to decide
