"""TuningWidget: a button that learns the CRF's parameters from the person's corrections, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.document.session import Session
from app.jobs.job_bar import JobBar
from app.refinement.parameter_tuning import PROJECT_KEY as LESSON_KEY
from app.refinement.parameter_tuning import CorrectedImages, TuningRecord, tuned_on
from app.refinement.refinement import Refining, chosen_device, chosen_engine, crf_parameters, protected_classes

if TYPE_CHECKING:
    from segcore.crf_tuning.tuning import Tuned
    from segcore.project.project import Project

LANE = "learn"
REFRESH_MS = 1500
"""A little more than the autosaver waits: what counts is on disk."""


class TuningWidget(QWidget):
    """Says why it cannot, how far it is, and the gain on held-out pixels."""

    tuned = Signal(TuningRecord)
    """Better values."""
    predictions_wanted = Signal()
    """Of all images, the done ones too."""
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.record: TuningRecord | None = None  # what the project taught so far
        self._corrected = self._usable = 0
        self._starting = False
        self._said = ""
        self.button = QPushButton(self.tr("Learn from my corrections"))
        self.button.setToolTip(
            self.tr("Find the values that bring the predictions nearest to what you painted or marked as done")
        )
        self.button.clicked.connect(self.start)
        self.bar = JobBar()
        self.predict_button = QPushButton(self.tr("Predict all images"))
        self.predict_button.setFlat(True)
        self.predict_button.setToolTip(self.tr("The done ones, too, to compare with; their labels stay"))
        self.predict_button.clicked.connect(self.predictions_wanted)
        self.note = plain_label()
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.button, self.bar, self.note):
            layout.addWidget(widget)
        layout.addWidget(self.predict_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._timer = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        document = session.document
        document.project_changed.connect(self._on_project)
        document.writing_changed.connect(self._show)
        document.edited.connect(lambda _: self._timer.start())
        self._on_project()

    def look_again(self) -> None:
        """Count soon which images can be used: there are other predictions."""
        self._timer.start()

    def start(self) -> None:
        """Save what is painted, then learn."""
        session = self._session
        project = session.document.project
        if project is None or self._starting or self.bar.busy:
            return
        self._starting = True
        self._show()
        if session.autosaver is not None:
            session.autosaver.flush()
        saved = session.jobs.submit("io", lambda: None, quiet=True)  # after the saves
        saved.succeeded.connect(lambda _: self._learn(project))
        saved.cancelled.connect(self._end)

    def refresh(self) -> None:
        """Count the corrected images, on a lane."""
        project = self._session.document.project
        if project is not None:
            job = self._session.jobs.submit("io", partial(CorrectedImages.count, project), quiet=True)
            job.succeeded.connect(self._on_count)
            job.failed.connect(self.error)

    # --- inside ------------------------------------------------------------------------------------------------

    def _learn(self, project: Project) -> None:
        if project is not self._session.document.project:
            self._end()
            return
        start = Refining(
            crf_parameters(project),
            protected_classes(project),
            chosen_engine(self._session.settings),
            chosen_device(self._session.settings),
        )
        names = tuple(project.classes.names)
        job = self._session.jobs.submit(LANE, partial(tuned_on, project, start, names), self.tr("Learn the CRF"))
        job.succeeded.connect(partial(self._on_learned, project))
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self.bar.watch(job)

    def _on_learned(self, project: Project, found: Tuned) -> None:
        if project is self._session.document.project:
            record = TuningRecord.of(found)
            if found.improved:
                self.record, self._said = record, record.text
                job = self._session.jobs.submit(
                    "save", partial(project.set_setting, LESSON_KEY, record.to_json()), quiet=True
                )
                job.failed.connect(self.error)
                self.message.emit(self.tr("Better values found and in use."))
                self.tuned.emit(record)
            else:
                self._said = self.tr("No gain after {tried} tries; mean IoU {before} on held-out pixels.").format(
                    tried=found.tried, before=f"{100 * found.before.mean_iou:.1f}"
                )
            self._said = " ".join([self._said, *found.notes])
        self._end()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.error.emit(error)

    def _on_cancelled(self) -> None:
        self._end()
        self.message.emit(self.tr("Stopped; your values stay."))

    def _end(self) -> None:
        self._starting = False
        self._show()

    def _on_project(self) -> None:
        self.bar.cancel()
        self.record = TuningRecord.kept_in(self._session.document.project)
        self._said = self.record.text if self.record is not None else ""
        self._corrected = self._usable = 0
        self._show()
        self.refresh()

    def _on_count(self, found: CorrectedImages) -> None:
        if found.project is self._session.document.project:
            self._corrected, self._usable = found.corrected, found.usable
            self._show()

    def _show(self) -> None:
        if self._session.document.project is None:
            reason = self.tr("Open a project first.")
        elif self._session.document.read_only:
            reason = self.tr("The project is open read-only.")
        elif not self._corrected:
            reason = self.tr("To learn from: paint over what is wrong, or mark an image as done.")
        elif not self._usable:
            reason = self.tr("The corrected images have no prediction to compare with.")
        else:
            reason = ""
        self.button.setVisible(not self._starting)
        self.button.setEnabled(not reason)
        text = reason or self._said
        self.note.setText(text)
        self.note.setVisible(bool(text) and not self._starting)
        self.predict_button.setVisible(bool(self._corrected) and not self._usable)
