"""Predictions: owns the Predictor, which lives on the device lane; predict this image, predict the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.document.accept_labels import accept_labels
from app.document.image_names import image_name
from app.document.versioning import kept_before
from app.language.engine_texts import words
from app.prediction.device_lane import ActiveModel, DeviceLane, Labels, NothingInCommonError, Order
from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.models.description import DescriptionNeededError
from segcore.project.model_choice import DEFAULT_MODEL

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job import Job
    from app.jobs.job_runner import JobRunner
    from app.settings.settings import Settings
    from segcore.images.picture import Picture
    from segcore.labels.class_mapping import ClassMapping
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.prediction.batch import BatchReport
    from segcore.project.closed_edit import Kept
    from segcore.project.project import Project

LANE = "device"
OPENED_MS = 600
"""After a project was opened its model is loaded: that takes Python's lock, for which the window would wait."""


class Predictions(QObject):
    """Predicts with the project's active model. Public methods belong to the UI thread and return at once.

    A result that belongs to an image no longer open is written to its files and never shown.
    """

    device_changed = Signal(str)  # what the status bar shows: "CPU", "NVIDIA H200", ...
    model_changed = Signal()  # another model is active, or more is known of it
    predicted = Signal(str)  # image id: its prediction, and perhaps its labels, are new on disk
    batch_finished = Signal(object)  # BatchReport
    mapping_needed = Signal(NothingInCommonError)
    description_needed = Signal(DescriptionNeededError)  # of a file or folder that was to be imported
    message = Signal(str)
    error = Signal(Exception)

    _loaded_elsewhere = Signal(ActiveModel)  # from the device lane
    _written = Signal(object, str, object)  # Project, image id, labels; from the writing threads

    def __init__(
        self, document: Document, jobs: JobRunner, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._settings = settings
        self._lane = DeviceLane(self._loaded_elsewhere.emit, self._written.emit, self.message.emit)
        self._active: ActiveModel | None = None
        self._device = ""
        self._warm = False
        self._trouble: list[tuple[str, str]] = []
        self.current: Job | None = None  # predicting the open image
        self.batch: Job | None = None
        self._loaded_elsewhere.connect(self._know, Qt.ConnectionType.QueuedConnection)
        self._written.connect(self._take_written, Qt.ConnectionType.QueuedConnection)
        document.project_changed.connect(self._on_project)
        document.image_changed.connect(self._on_image)
        if settings is not None:
            settings.changed.connect(self._on_setting)

    # --- the model ---------------------------------------------------------------------------------------------

    @property
    def model_key(self) -> str:
        """Catalogue name or checkpoint path of the model that predictions use."""
        project = self._document.project
        return str((project.active_model if project is not None else None) or DEFAULT_MODEL)

    @property
    def active(self) -> ActiveModel | None:
        """The loaded model; None until it is loaded, or while another is wanted."""
        return self._active if self._active is not None and self._active.key == self.model_key else None

    @property
    def in_use(self) -> bool:
        """Whether a model was chosen for this project, or predicts each image that is opened."""
        project, settings = self._document.project, self._settings
        chosen = project is not None and project.settings.get("model") is not None
        return chosen or (settings is not None and settings["predict.on_open"])

    @property
    def device(self) -> str:
        """Name of the device, empty until torch is loaded."""
        return self._device

    def warm_up(self) -> Job:
        """Load torch and the active model behind the window, so that the first prediction starts at once.

        Nothing is fetched: a model that is not on this machine waits until a person uses it.
        """
        self._warm = True
        job = self._jobs.submit(LANE, partial(self._lane.warm_up, self.model_key, self._wish), quiet=True)
        job.failed.connect(self.error)
        return job

    def use_model(self, key: str) -> Job:
        """Load a model (a download has progress and can be cancelled) and make it the project's; or keep the old one.

        Emits ``model_changed`` on success, ``error`` otherwise.
        """
        project = self._document.project
        job = self._jobs.submit(LANE, partial(self._lane.load, key, self._wish), self.tr("Load model"))
        job.succeeded.connect(lambda _: self._choose(project, key))
        job.failed.connect(self.error)
        return job

    def import_checkpoint(self, path: Path) -> Job | None:
        """Read a checkpoint file whole, copy it into the project as a version, and use it."""
        project = self._document.project
        if project is None:
            self.message.emit(self.tr("Open a project first."))
            return None
        if project.read_only:
            self.message.emit(self.tr("The project is open read-only."))
            return None
        job = self._jobs.submit(
            LANE, partial(self._lane.import_checkpoint, project, path), self.tr("Import {name}").format(name=path.name)
        )
        job.succeeded.connect(lambda copy: self.use_model(str(copy)))
        job.failed.connect(self._on_import_failed)
        return job

    def _on_import_failed(self, error: Exception) -> None:
        (self.description_needed if isinstance(error, DescriptionNeededError) else self.error).emit(error)

    def set_mapping(self, model_classes: ClassSet, mapping: ClassMapping) -> Job | None:
        """Keep in the project which class of the model is which of the project."""
        project = self._document.project
        if project is None:
            return None
        job = self._jobs.submit("save", partial(project.set_mapping, model_classes, mapping), quiet=True)
        job.succeeded.connect(lambda _: self.model_changed.emit())
        job.failed.connect(self.error)
        return job

    def look_again(self) -> None:
        """Tell everyone that there is another version to choose from."""
        self.model_changed.emit()

    # --- predictions -------------------------------------------------------------------------------------------

    def predict_current(self) -> Job | None:
        """Predict the open image; untouched pixels get the result as one undoable edit."""
        document = self._document
        if document.project is None or document.image is None or document.image_id is None:
            self.message.emit(self.tr("Open an image first."))
            return None
        if document.read_only:
            self.message.emit(self.tr("The project is open read-only."))
            return None
        if self.current is not None and not self.current.finished:
            self.current.cancel()
        order, image_id = self._order(document.project), document.image_id
        job = self._jobs.submit(
            LANE,
            partial(self._lane.predict, order, document.image),
            self.tr("Predict {name}").format(name=image_name(image_id)),
        )
        job.succeeded.connect(partial(self._show, order.project, image_id, document.picture))
        job.failed.connect(self._on_failed)
        self.current = job
        return job

    def predict_all(self, only_remaining: bool = True) -> Job | None:
        """Predict the project's images: those nobody worked on first; done images are passed over.

        Parameters
        ----------
        only_remaining : bool
            False predicts done images too, to compare; their labels stay.
        """
        project = self._document.project
        if project is None:
            self.message.emit(self.tr("Open a project first."))
            return None
        if project.read_only:
            self.message.emit(self.tr("The project is open read-only."))
            return None
        if self.batch is not None and not self.batch.finished:
            return self.batch
        self._trouble = []
        job = self._jobs.submit(
            LANE, partial(self._lane.predict_many, self._order(project), only_remaining), self.tr("Predict images")
        )
        job.succeeded.connect(self._after_batch)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(lambda: self.message.emit(self.tr("Stopped. What is predicted already stays.")))
        self.batch = job
        return job

    # --- results, on the UI thread -----------------------------------------------------------------------------

    @property
    def _wish(self) -> str:
        return str(self._settings["device"]) if self._settings is not None else "auto"

    def _order(self, project: Project) -> Order:
        from segcore.crf import Crf, parameters_of
        from segcore.crf.parameters_file import protected_of

        engine: Any = "none" if self._settings is None else self._settings["predict.crf"]
        crf = None if engine == "none" else Crf(parameters_of(project.settings), engine, self._wish)
        protected = protected_of(project.settings)
        values = frozenset(each.index for each in project.classes if each.name in protected)
        reliable = self._settings is not None and bool(self._settings["predict.reliable"])
        return Order(project, self.model_key, self._wish, crf, values, reliable)

    def _know(self, active: ActiveModel) -> None:
        if active.device != self._device:
            self._device = active.device
            self.device_changed.emit(active.device)
        if active != self._active:
            self._active = active
            self.model_changed.emit()

    def _choose(self, project: Project | None, key: str) -> None:
        if project is None:
            return
        job = self._jobs.submit("save", partial(_store_model, project, key), quiet=True)
        job.succeeded.connect(lambda _: self.model_changed.emit())
        job.failed.connect(self.error)

    def _on_project(self) -> None:
        for job in (self.current, self.batch):
            if job is not None:
                job.cancel()
        self.model_changed.emit()
        if self._warm:
            QTimer.singleShot(OPENED_MS, self, partial(self._warm_up_for, self._document.project))

    def _warm_up_for(self, project: Project | None) -> None:
        if project is not None and project is self._document.project and self.active is None:
            self.warm_up()

    def _on_image(self) -> None:
        document = self._document
        if self._settings is None or not self._settings["predict.on_open"] or document.label_map is None:
            return
        if document.prediction is None:
            QTimer.singleShot(0, self._predict_opened)

    def _predict_opened(self) -> None:
        document = self._document
        busy = self.batch is not None and not self.batch.finished
        if document.image is not None and document.prediction is None and not busy and not document.read_only:
            self.predict_current()

    def _on_setting(self, key: str) -> None:
        if key == "device" and self._warm:
            self.warm_up()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, NothingInCommonError):
            self.mapping_needed.emit(error)
        else:
            self.error.emit(error)

    def _is_open(self, project: Project, image_id: str) -> bool:
        return self._document.project is project and self._document.image_id == image_id

    def _show(self, project: Project, image_id: str, picture: Picture | None, prediction: ProbabilityMap) -> None:
        shown = self._document.picture if self._is_open(project, image_id) else None
        if shown is not None and picture is not None and shown.pixels != picture.pixels:
            self.message.emit(self.tr("The image was replaced while it was predicted: predict it again."))
            return
        job = self._jobs.submit("io", partial(project.save_prediction, image_id, prediction, picture), quiet=True)
        job.succeeded.connect(lambda _: self.predicted.emit(image_id))
        job.failed.connect(self.error)
        if self._is_open(project, image_id):
            self._put_into_document(project, image_id, prediction)
        else:
            self._accept_on_disk(project, image_id, lambda: prediction.labels, self.error.emit)

    def _put_into_document(self, project: Project, image_id: str, prediction: ProbabilityMap | None) -> None:
        document = self._document
        if prediction is None or not self._is_open(project, image_id) or document.label_map is None:
            return
        if document.label_map.shape != prediction.shape or not _same_classes(document.classes, prediction):
            return
        document.set_prediction(prediction, accept=False)
        accept_labels(
            document,
            self._jobs,
            prediction.labels,
            self.tr("Accept prediction"),
            lane=LANE if self.batch is None or self.batch.finished else "io",
            still_wanted=lambda: self._is_open(project, image_id) and document.prediction is prediction,
            on_error=self.error.emit,
        )

    def _take_written(self, project: Project, image_id: str, labels: Labels | None = None) -> None:
        if labels is not None and not self._is_open(project, image_id):
            self._accept_on_disk(project, image_id, labels, partial(self._note_trouble, image_id))
            return
        shown = self._document.picture
        pixels = None if shown is None else partial(str, shown.pixels)
        load = partial(project.predictions.load, image_id, project.classes, pixels=pixels)
        job = self._jobs.submit("io", load, quiet=True)
        job.succeeded.connect(partial(self._put_into_document, project, image_id))
        job.failed.connect(partial(self._note_trouble, image_id))
        job.succeeded.connect(lambda _: self.predicted.emit(image_id))

    def _accept_on_disk(self, project: Project, image_id: str, labels: Labels, on_error: Callable[[Any], None]) -> None:
        """Accept into the files of an image that is not open, once the saves before this have ended.

        An image that is being loaded is waited for: its files must not change behind what is shown then.
        """
        if self._document.project is project and self._document.coming == image_id:
            loaded = self._jobs.submit("io", lambda: None, quiet=True)
            loaded.succeeded.connect(lambda _: self._accept_now(project, image_id, labels, on_error))
            return
        name = self.tr("Accept prediction")
        kept = None if self._settings is None else kept_before(self._settings, name)
        accept = partial(_accept_file, project, image_id, labels, name, kept)
        job = self._jobs.submit("io", accept, quiet=True)
        job.succeeded.connect(lambda _: self._after_accept(project, image_id))
        job.failed.connect(on_error)

    def _accept_now(self, project: Project, image_id: str, labels: Labels, on_error: Callable[[Any], None]) -> None:
        if self._is_open(project, image_id):
            self._take_written(project, image_id, labels)
        else:
            self._accept_on_disk(project, image_id, labels, on_error)

    def _after_accept(self, project: Project, image_id: str) -> None:
        self.predicted.emit(image_id)
        if self._is_open(project, image_id):
            self._take_written(project, image_id)  # opened in between: show it there too

    def _note_trouble(self, image_id: str, error: Exception) -> None:
        self._trouble.append((image_id, words(error)))

    def _after_batch(self, report: BatchReport) -> None:
        """Wait for the io lane, where the last labels are still being accepted, then sum up."""
        job = self._jobs.submit("io", lambda: None, quiet=True)
        job.succeeded.connect(lambda _: self._sum_up(report))

    def _sum_up(self, report: BatchReport) -> None:
        failures = [*report.failures, *self._trouble]
        self._trouble = []
        report = replace(report, failures=failures)
        self.batch_finished.emit(report)
        text = self.tr("{count} images predicted.").format(count=report.done)
        if report.done == 1:
            text = self.tr("1 image predicted.")
        if report.passed_over:
            text += " " + (
                self.tr("1 unreadable image was passed over.")
                if report.passed_over == 1
                else self.tr("{count} unreadable images were passed over.").format(count=report.passed_over)
            )
        self.message.emit(text)
        if failures:
            key, reason = failures[0]
            told = self.tr("{count} images could not be predicted. The first is {name}: {reason}")
            if len(failures) == 1:
                told = self.tr("1 image could not be predicted: {name}: {reason}")
            self.error.emit(
                MaskwrightError(
                    told.format(count=len(failures), name=key, reason=reason),
                    self.tr("The others are predicted. Mend or remove these files, then predict the rest again."),
                )
            )


def _same_classes(classes: ClassSet | None, prediction: ProbabilityMap) -> bool:
    return classes is not None and np.array_equal(classes.indices, prediction.indices)


def _accept_file(project: Project, image_id: str, labels: Labels, name: str, kept: Kept | None) -> None:
    from segcore.project.closed_edit import accept_closed

    accept_closed(project, image_id, labels(), name, kept)


def _store_model(project: Project, key: str) -> None:
    project.active_model = key
