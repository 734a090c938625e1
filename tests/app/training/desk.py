"""A training panel on a project of small images; for tests of training."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea

from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.prediction.predictions import Predictions
from app.settings.settings import Settings
from app.training.keep_run import KeepPace
from app.training.training_panel import TrainingPanel


class Saver:
    """Has nothing to save; counts how often it was asked to."""

    def __init__(self):
        self.flushed = 0

    def flush(self):
        self.flushed += 1


class Desk:
    """Panel, document, jobs and settings, and what the panel said."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.document, self.jobs, self.settings = Document(), JobRunner(), Settings()
        self.settings["device"] = "cpu"
        self.records = Records(self.document, self.jobs)
        session = Session(self.document, self.jobs, self.settings, Saver(), self.records)
        self.predictions = Predictions(self.document, self.jobs, self.settings)
        self.panel = TrainingPanel(session, self.predictions)
        self.area = QScrollArea(widgetResizable=True)  # as in the window; `close` ends processes before widgets go
        self.area.setWidget(self.panel)
        self.errors, self.said = [], []
        self.panel.error.connect(self.errors.append)
        self.panel.message.connect(self.said.append)
        self.keep = self.panel.keep.keep
        self.keep.pace = KeepPace(0.2, 0.2, "low")  # at idle priority it may starve beside other tests

    def open(self, project):
        """Open a project and wait until it is counted."""
        self.document.set_project(project)
        self.settle()

    def settle(self):
        """Wait until no job runs."""
        self.qtbot.waitUntil(lambda: not self.jobs.busy)
        self.qtbot.wait(20)
        self.qtbot.waitUntil(lambda: not self.jobs.busy)

    def wait(self, until, seconds=60):
        """Wait until it holds."""
        self.qtbot.waitUntil(until, timeout=round(1000 * seconds))

    def close(self):
        """End everything."""
        self.panel.shutdown()
        self.jobs.shutdown()
        self.area.close()
        self.area.deleteLater()
