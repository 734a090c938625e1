"""TrainingPanel: a button that fine-tunes the model on the corrected images, its progress and its result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QWidget,
)

from app.document.session import Session
from app.jobs.job import Job
from app.jobs.turn import TURN_MS
from app.training.model_in_use import ModelInUse
from app.training.new_training import NewTraining, new_training
from app.training.promotion import Promotion
from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_form import TrainingForm
from app.training.training_left import left_training, runs_elsewhere
from app.training.training_outcome import TrainingOutcome
from app.training.training_plan import TrainingPlan, plan_and_models, plan_text
from app.training.training_run import TrainingRun
from app.training.version_report import VersionReport
from segcore.progress import Progress
from segcore.project.model_choice import ModelChoice

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from segcore.project.project import Project


SOON_MS = 100
"""After so long without another reason the corrected images are counted: opening a project gives five."""


class TrainingPanel(TrainingForm):
    """Fine-tune on the corrected images; then use the new version or keep the current one."""

    message = Signal(str)
    error = Signal(Exception)
    details_requested = Signal(object, object, str)  # TrainingOutcome, ClassSet, Choice
    running_changed = Signal(bool)
    brush_wanted = Signal()
    """No image is corrected, and the person wants to begin."""
    job_started = Signal(Job)
    finished_unseen = Signal(str)
    """A training has a result, and its card is out of sight."""
    finished_seen = Signal()
    """A training has a result, and its tab is open: its card may have to be scrolled to."""
    card_settled = Signal()
    """The card was seen or decided, or is gone."""

    def __init__(self, session: Session, model: ModelInUse, parent: QWidget | None = None) -> None:
        super().__init__(session, model, parent)
        self._session = session
        self._model = model
        self._run: TrainingRun | None = None
        self._project: Project | None = None  # of the run
        self._undecided: TrainingFolder | None = None  # of the outcome
        self._held_out = 0
        self._plan: TrainingPlan | None = None
        self._starting = self._closed = self._leaving = False
        self._counting: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._count)
        self.promotion = Promotion(session, model, self.result, self)
        self.report = VersionReport(session, self)
        self._connect()
        self._show()

    def _connect(self) -> None:
        document = self._session.document
        self.button.clicked.connect(self.start)
        self.brush_button.clicked.connect(self.brush_wanted)
        self.toggle.toggled.connect(self._fold)
        self.options.changed.connect(self.refresh)
        self.result.details.connect(self._ask_details)
        self.report.message.connect(self.message)
        self.report.error.connect(self.error)
        self.promotion.message.connect(self.message)
        self.promotion.announced.connect(self._announce)
        self.promotion.settled.connect(self._on_settled)
        self.promotion.used.connect(self.predict_button.show)
        self.predict_button.clicked.connect(self._predict_remaining)
        self.finish_button.clicked.connect(self.finish)
        self.keep.offered.connect(self._on_offered)
        self.keep.message.connect(self.message)
        self.keep.error.connect(self.error)
        document.project_changed.connect(self._on_project)
        document.writing_changed.connect(self._on_writing)
        records = self._session.records
        for signal in (records.reset, records.corrected_changed, document.classes_changed, self._model.model_changed):
            signal.connect(self.refresh)

    # --- what the person asks for ------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether a training process runs or is about to."""
        return self._starting or self._run is not None

    def start(self) -> None:
        """Save what is painted, then train on all corrected images."""
        project = self._session.document.project
        if project is None:
            self.message.emit(self.tr("Open a project first."))
            return
        if project.read_only:
            self.message.emit(self.tr("The project is open read-only."))
            return
        if self.running:
            self.message.emit(self.tr("Training is under way already."))
            return
        self._starting = True
        self._show()
        self._session.autosaver.flush()
        minutes, seed, device = self.minutes.value(), self.seed.value(), self._session.settings["device"]
        prepare = partial(new_training, project, self._base_key(), minutes, seed, device, self._model.model_key)
        title = self.tr("Preparing the training…")
        job = self._session.jobs.submit("io", prepare, title, quiet=True)  # after the saves
        self.bar.watch(job)
        job.succeeded.connect(partial(self._launch, project))
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)

    @property
    def undecided_run(self) -> bool:
        """Whether a training process runs, and nobody has said what becomes of it without the window."""
        return self._run is not None and not self._run.cancelling and not self._leaving

    @property
    def seconds_left(self) -> float | None:
        """How long the training process still needs; None while that is unknown."""
        return self._run.seconds_left if self._run is not None else None

    def cancel(self) -> None:
        """Stop the training process; nothing changes."""
        if self._run is not None:
            self._run.cancel()

    def finish(self) -> None:
        """Stop the training process and keep its best state so far."""
        if self._run is not None:
            self._run.finish()
            self.finish_button.setEnabled(False)

    def finish_in_background(self) -> None:
        """Let the training process go on when the window ends."""
        self._leaving = True

    def shutdown(self) -> None:
        """End the training process unless it is to go on, start none any more, and wait: for the end of the window."""
        self._closed = True
        self.keep.shutdown()
        if self._run is not None:
            if self._leaving:
                self._run.leave()
            else:
                self._run.shutdown()

    def refresh(self) -> None:
        """Count the corrected images, on a lane, soon: many signals of one moment ask for it."""
        if self._counting is not None:
            self._counting.cancel()
        if self._session.document.project is None:
            self._soon.stop()
            self._plan = None
            self._show()
        else:
            self._soon.start()

    def _count(self) -> None:
        project = self._session.document.project
        if project is None or self._closed:
            return
        look = partial(plan_and_models, project, self._base_key(), self.seed.value(), self._model.model_key)
        job = self._session.jobs.submit("thumbs", look, quiet=True)
        job.succeeded.connect(partial(self._on_look, project))
        job.failed.connect(self.error)
        self._counting = job

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Tell that the card is seen now."""
        super().showEvent(event)
        self.card_settled.emit()

    # --- the run -----------------------------------------------------------------------------------------------

    def _launch(self, project: Project, new: NewTraining) -> None:
        self._starting = False
        if project is not self._session.document.project or self._closed:
            self._show()
            return
        self._plan = new.plan
        self._forget()
        self._begin(project, new.folder, new.order.held_out).start(new.order)

    def _begin(self, project: Project, folder: TrainingFolder, held_out: int) -> TrainingRun:
        self._project, self._held_out = project, held_out
        self.promotion.clear()
        self._leaving = False
        run = TrainingRun(folder, self._session.jobs, self)
        run.heard.connect(self._on_steps)
        run.succeeded.connect(self._on_succeeded)
        run.cancelled.connect(self._on_cancelled)
        run.failed.connect(self._on_failed)
        self._run = run
        self.curves.clear()
        self.curves.show()
        self.result.hide()
        self.card_settled.emit()
        self.predict_button.hide()
        self.bar.watch(run)
        self.finish_button.setEnabled(False)
        self.keep.follow(run)
        self._show()
        self.running_changed.emit(True)
        self.job_started.emit(run)
        return run

    def _take_up(self, project: Project, found: tuple[TrainingFolder, TrainingRecord] | None) -> None:
        """Go on with what an earlier window left: listen to it, or offer its result."""
        if found is None or project is not self._session.document.project or self._closed or self.running:
            return
        folder, record = found
        if runs_elsewhere(folder, record):
            self.message.emit(
                self.tr("A training of this project runs on {host}; its result is offered once it is there.").format(
                    host=record.process.host
                )
            )
            return
        self._begin(project, folder, record.held_out).take_up(record)

    def _leave_run(self) -> None:
        """Go on without the run, and it without the window, because another project is opened."""
        if self._run is None:
            return
        name = self._project.name if self._project is not None else ""
        if not self._run.cancelling:
            self._run.leave()
            self.message.emit(
                self.tr(
                    "The training of {name} goes on in the background; its result is offered when you open it again."
                ).format(name=name)
            )
        else:
            self._run.shutdown()
        self._finish()

    def _on_steps(self, steps: list[Progress]) -> None:
        for detail in (step.detail for step in steps if "step" in step.detail):
            self.curves.add(float(detail["step"]), detail.get("loss"), detail.get("mean_iou"))
            self.finish_button.setEnabled(self._run is not None and not self._run.finishing)

    def _on_succeeded(self, outcome: TrainingOutcome) -> None:
        self._undecided = self._run.folder if self._run is not None else None
        self._finish()
        if outcome.before is not None:
            self.curves.set_baseline(outcome.before.mean_iou)
        QTimer.singleShot(TURN_MS, self, partial(self._offer_soon, self._project, outcome))

    def _offer_soon(self, project: Project | None, outcome: TrainingOutcome) -> None:
        """Offer it after the window has been painted without the run: both together are too long."""
        if project is self._session.document.project and not self.running and not self._closed:
            self._offer(outcome)

    def _on_offered(self, outcome: TrainingOutcome) -> None:
        """Offer what the training beside the window has made, as the result of a fine-tuning is offered."""
        self._forget()
        self._project = self._session.document.project
        self._held_out = self._plan.held_out if self._plan is not None and self._plan.corrected > 1 else 0
        self.predict_button.hide()
        self._offer(outcome)

    def _offer(self, outcome: TrainingOutcome) -> None:
        self.promotion.offer(self._project, outcome, self._held_out)
        self._model.look_again()

    def _announce(self, text: str) -> None:
        self.message.emit(text)
        if self.isVisible():
            self.finished_seen.emit()
        else:  # another tab is open, or the dock is closed
            self.finished_unseen.emit(text)

    def _on_cancelled(self) -> None:
        self._finish()
        self.message.emit(self.tr("Training was stopped; the model in use is unchanged."))

    def _on_failed(self, error: object) -> None:
        self._finish()
        self.error.emit(error)

    def _on_settled(self) -> None:
        self.card_settled.emit()
        self._forget()

    def _forget(self) -> None:
        """Never offer the outcome again; its version stays in the list."""
        if self._undecided is not None and not self._session.document.read_only:
            self._session.jobs.submit("save", self._undecided.remove, quiet=True)
            self._undecided = None

    def _finish(self) -> None:
        self._starting = False
        if self._run is not None:
            self.keep.follow(None)
            self._run.deleteLater()
            self._run = None
            self.running_changed.emit(False)
        self.curves.setVisible(bool(self.curves.loss or self.curves.mean_iou))
        self._show()
        self.refresh()

    # --- inside ------------------------------------------------------------------------------------------------

    def _base_key(self) -> str:
        return self.options.base_key or self._model.model_key

    def _fold(self, shown: bool) -> None:
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.options.setVisible(shown)

    def _on_project(self) -> None:
        self._leave_run()
        self._plan = self._undecided = None
        self.promotion.clear()
        self.curves.hide()
        self.result.hide()
        self.card_settled.emit()
        self.predict_button.hide()
        self._show()
        self.refresh()
        self._look_for_left()

    def _on_writing(self) -> None:
        if self._session.document.read_only:
            self._leave_run()  # the window that writes the project now takes it up
        self._show()
        self._look_for_left()

    def _look_for_left(self) -> None:
        """Take up what an earlier window left; who only looks on leaves it to the window that writes the project."""
        project = self._session.document.project
        if project is not None and not project.read_only and not self.running and self._undecided is None:
            job = self._session.jobs.submit("io", partial(left_training, project.root), quiet=True)
            job.succeeded.connect(partial(self._take_up, project))
            job.failed.connect(self.error)

    def _on_look(self, project: Project, found: tuple[TrainingPlan, list[ModelChoice]]) -> None:
        if project is not self._session.document.project:
            return
        plan, choices = found
        if not self.running:
            self._plan = plan
        self.options.offer(choices)
        self._show()

    def _ask_details(self) -> None:
        if self.promotion.outcome is not None:
            self.details_requested.emit(self.promotion.outcome, self._session.document.classes, self.result.choice)

    def _predict_remaining(self) -> None:
        self.predict_button.hide()
        self._model.predict_all(only_remaining=True)

    def _show(self) -> None:
        plan = self._plan
        read_only = self._session.document.read_only
        ready = not self.running and plan is not None and plan.trainable and plan.corrected > 0 and not read_only
        self.button.setEnabled(ready)
        self.brush_button.setVisible(plan is not None and plan.corrected == 0 and not read_only and not self.running)
        self.button.setVisible(not self.running)
        self.finish_button.setVisible(self._run is not None)
        for widget in (self.toggle, self.durations):
            widget.setVisible(not self.running)
        self.options.setVisible(self.toggle.isChecked() and not self.running)
        if self._session.document.project is None:
            self.about.setText(self.tr("Open a project first."))
        elif read_only:
            self.about.setText(self.tr("The project is open read-only."))
        else:
            self.about.setText(plan_text(plan))
