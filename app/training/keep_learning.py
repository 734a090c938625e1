"""KeepLearning: trains beside the window while the switch is on, and offers what is better."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.image_state import ImageState, state_of
from app.document.session import Session
from app.language.engine_texts import translated
from app.training.keep_folder import KeepFolder
from app.training.keep_run import KeepOrder, KeepPace, KeepRun
from app.training.model_in_use import ModelInUse
from app.training.training_outcome import TrainingOutcome
from app.training.training_plan import training_base
from segcore.progress import Progress
from segcore.training.control import Control

if TYPE_CHECKING:
    from pathlib import Path

    from segcore.project.project import Project

SETTING = "train.keep"
CHANGES_MS = 3000
"""After an image was marked as done; several in a row are told together."""


class KeepLearning(QObject):
    """Starts and ends the process with project and switch, tells it of new corrections, and hands on its candidates."""

    changed = Signal()
    """`text`, `on` or `running` are others."""
    measured = Signal(Progress)
    """A validation; `verdict` is what it says."""
    offered = Signal(TrainingOutcome)
    """A candidate that is shown to be better, or that a person chose; it is among the project's versions now."""
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, model: ModelInUse, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._run: KeepRun | None = None
        self._stopping: list[KeepRun] = []  # asked to stop, not ended yet
        self._project: Project | None = None  # of the run
        self._control = Control()
        self._preparing = self._failed = self._closed = False
        self.pace = KeepPace()
        self.text = ""
        """What it does, in words; "" when it is off."""
        self.verdict = ""
        """Of the last validation: better, not_shown or too_few."""
        self.candidate: TrainingOutcome | None = None
        """Looks better, but too few held-out images are there to show it; a person may make it a version."""
        self._soon = QTimer(self, singleShot=True, interval=CHANGES_MS)
        self._soon.timeout.connect(self._tell_changes)
        document, records = session.document, session.records
        for signal in (document.project_changed, document.writing_changed, records.reset, records.corrected_changed):
            signal.connect(self._consider)
        records.corrected_changed.connect(self._soon.start)
        records.changed.connect(self._on_changed)
        document.classes_changed.connect(self._soon.start)
        model.model_changed.connect(self._on_model)

    @property
    def on(self) -> bool:
        """Whether the switch is on."""
        return bool(self._session.settings[SETTING])

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._run is not None

    @property
    def folder(self) -> KeepFolder | None:
        """Where the process writes; None while it does not run."""
        return self._run.folder if self._run is not None else None

    @property
    def pid(self) -> int:
        """The process id; 0 when it is not running."""
        return self._run.pid if self._run is not None else 0

    def switch(self, on: bool) -> None:
        """Switch it on or off; after an error, on starts it again."""
        self._session.settings[SETTING] = on
        self._failed = False
        self._consider()
        self.changed.emit()

    def pause(self, reason: str) -> None:
        """Let it wait, and say why; "" lets it go on."""
        self._tell(replace(self._control, paused=reason))

    def watch(self, images: dict[str, str]) -> None:
        """Predict these image files, by image id, at each validation."""
        self._tell(replace(self._control, watched=images))

    def keep_state(self, step: int) -> None:
        """Offer the state of this step."""
        self._tell(replace(self._control, keep=step))

    def offer_candidate(self) -> None:
        """Make the candidate that waits a version."""
        if self.candidate is not None and self._run is not None:
            self._publish(self._run, self.candidate)

    def shutdown(self) -> None:
        """End the process, and wait: for the end of the window."""
        self._closed = True
        runs = [*self._stopping, *([self._run] if self._run is not None else [])]
        for run in runs:
            run.stop()
        for run in runs:
            run.shutdown()
        self._run = None
        self._stopping.clear()

    # --- the run -----------------------------------------------------------------------------------------------

    def _consider(self) -> None:
        """Start or stop the process, as switch and project want it."""
        document = self._session.document
        project = document.project
        possible = project is not None and not document.read_only and not self._closed
        wanted = self.on and not self._failed and possible
        if self._run is not None and (not wanted or project is not self._project):
            self._stop()
        if wanted and self._run is None and not self._preparing and not self._is_stopping(project):
            if self._session.records.corrected:
                assert project is not None
                self._prepare(project)
            else:
                self._say(self.tr("Starts with the first corrected image."))
        if not wanted and not self._failed:
            self._say("")

    def _is_stopping(self, project: Project | None) -> bool:
        """Whether an earlier process still writes its state into the folder of this project."""
        return project is not None and any(run.folder.project == project.root for run in self._stopping)

    def _prepare(self, project: Project) -> None:
        self._preparing = True
        self._say(self.tr("Starting …"))
        job = self._session.jobs.submit("io", partial(_prepared, project, self._model.model_key), quiet=True)
        job.succeeded.connect(partial(self._start, project))
        job.failed.connect(self._on_not_prepared)
        job.cancelled.connect(partial(self._on_not_prepared, None))

    def _on_not_prepared(self, error: Exception | None) -> None:
        self._preparing = False
        if error is not None:
            self._on_ended(None, error)

    def _start(self, project: Project, base: str) -> None:
        self._preparing = False
        stale = project is not self._session.document.project or not self.on or self._closed
        if stale or self._run is not None or self._is_stopping(project):
            self._consider()
            return
        settings = self._session.settings
        order = KeepOrder(KeepFolder(project.root), base, settings["train.seed"], settings["device"], self.pace)
        run = KeepRun(order, self._session.jobs, self)
        self._project, self._run, self.verdict, self.candidate = project, run, "", None
        self._control = replace(self._control, changes=0, model=base, keep=None)
        run.progressed.connect(partial(self._on_progress, run))
        run.offered.connect(partial(self._on_offered, run))
        run.ended.connect(partial(self._on_ended, run))
        run.start(self._control)
        self.changed.emit()

    def _stop(self) -> None:
        run, self._run, self.candidate = self._run, None, None
        if run is not None and run.running:
            self._stopping.append(run)
            run.stop()
        self.changed.emit()

    def _on_progress(self, run: KeepRun, step: Progress, verdict: str) -> None:
        if run is not self._run:  # asked to stop, not ended yet
            return
        if verdict:
            self.verdict = verdict
            self.measured.emit(step)
        else:
            self._say(translated(step.message))

    def _on_ended(self, run: KeepRun | None, error: object) -> None:
        if run is not None:
            run.deleteLater()
        if run in self._stopping:
            self._stopping.remove(run)
            self._consider()
            return
        self._run = None
        self._failed = error is not None
        if isinstance(error, Exception):
            self._say(self.tr("Stopped by an error. Switch it on again to go on from its last state."))
            self._session.settings[SETTING] = False
            self.error.emit(error)
        self.changed.emit()

    # --- what it is told ---------------------------------------------------------------------------------------

    def _on_changed(self, image_ids: list[str]) -> None:
        records = (self._session.records.of(image_id) for image_id in image_ids)
        if any(record is not None and state_of(record) is ImageState.DONE for record in records):
            self._soon.start()

    def _tell_changes(self) -> None:
        if self._run is not None:
            self._session.autosaver.flush()
            job = self._session.jobs.submit("io", lambda: None, quiet=True)  # after the saves
            job.succeeded.connect(lambda _: self._tell(replace(self._control, changes=self._control.changes + 1)))

    def _on_model(self) -> None:
        project = self._session.document.project
        if self._run is not None and project is self._project and project is not None:
            job = self._session.jobs.submit("io", partial(training_base, project, self._model.model_key), quiet=True)
            job.succeeded.connect(partial(self._use_base, self._run))

    def _use_base(self, run: KeepRun, base: str) -> None:
        if run is self._run:
            self._tell(replace(self._control, model=base))

    def _tell(self, control: Control) -> None:
        if control == self._control:
            return
        self._control = control
        run = self._run
        if run is not None and run.running and not run.stopping:
            job = self._session.jobs.submit("save", partial(control.write, run.folder.control), quiet=True)
            job.failed.connect(self.error)

    # --- what it offers ----------------------------------------------------------------------------------------

    def _on_offered(self, run: KeepRun, outcome: TrainingOutcome, wanted: bool) -> None:
        if run is not self._run:
            return
        if wanted:
            self._publish(run, outcome)
        else:
            self.candidate = outcome
            self.changed.emit()

    def _publish(self, run: KeepRun, outcome: TrainingOutcome) -> None:
        self.candidate = None
        self.changed.emit()
        job = self._session.jobs.submit("save", partial(run.folder.publish, outcome.checkpoint), quiet=True)
        job.succeeded.connect(partial(self._on_published, run, outcome))
        job.failed.connect(self.error)

    def _on_published(self, run: KeepRun, outcome: TrainingOutcome, path: Path) -> None:
        if run is self._run:
            self.offered.emit(replace(outcome, checkpoint=path))

    def _say(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.changed.emit()


def _prepared(project: Project, model: str) -> str:
    """Remove the watched states of an earlier time, and return where the training starts; for a lane."""
    KeepFolder(project.root).forget_states()
    return training_base(project, model)
