"""Engine: owns the Predictor, which lives on the device lane; predict this image, predict the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.acceptance import accept_labels
from app.model_choice import DEFAULT_MODEL
from segcore.classes import ClassSet
from segcore.errors import MaskwrightError
from segcore.labelmap import State
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from app.document import Document
    from app.jobs import Job, JobRunner
    from app.settings import Settings
    from segcore.batch import BatchReport
    from segcore.class_mapping import ClassMapping
    from segcore.crf import CrfParameters
    from segcore.models.checkpoint import Model
    from segcore.predict import Predictor
    from segcore.prediction import Prediction
    from segcore.project import Project

LANE = "device"


class NothingInCommonError(MaskwrightError):
    """The model and the project share no class name; a person has to say what belongs together."""

    def __init__(self, model: str, model_classes: ClassSet, mapping: ClassMapping, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.model = model
        self.model_classes = model_classes
        self.mapping = mapping


@dataclass(frozen=True)
class ActiveModel:
    """What is known of the loaded model: ``key`` is what the project stores."""

    key: str
    name: str
    architecture: str
    classes: ClassSet
    device: str


@dataclass(frozen=True)
class _Loaded:
    key: str
    wish: str
    model: Model
    predictor: Predictor


@dataclass(frozen=True)
class _Order:
    """Everything a prediction needs, taken on the UI thread."""

    project: Project
    model: str
    device: str
    crf: CrfParameters | None


class Engine(QObject):
    """Predicts with the project's active model. Public methods belong to the UI thread and return at once.

    A result that belongs to an image no longer open is written to its files and never shown.
    """

    device_changed = Signal(str)  # what the status bar shows: "CPU", "NVIDIA H200", ...
    model_changed = Signal()  # another model is active, or more is known of it
    predicted = Signal(str)  # image id: its prediction, and perhaps its labels, are new on disk
    batch_finished = Signal(object)  # BatchReport
    mapping_needed = Signal(object)  # NothingInCommonError
    message = Signal(str)
    error = Signal(object)

    _loaded_elsewhere = Signal(object)  # ActiveModel, from the device lane
    _written = Signal(object, str, object)  # Project, image id, labels; from the writing threads

    def __init__(
        self, document: Document, jobs: JobRunner, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._settings = settings
        self._loaded: _Loaded | None = None  # device lane only
        self._active: ActiveModel | None = None
        self._device = ""
        self._warm = False
        self._trouble: list[tuple[str, str]] = []
        self.current: Job | None = None  # predicting the open image
        self.batch: Job | None = None
        self._loaded_elsewhere.connect(self._know)
        self._written.connect(self._take_written)
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
    def device(self) -> str:
        """Name of the device, empty until torch is loaded."""
        return self._device

    def warm_up(self) -> Job:
        """Load torch and the active model behind the window, so that the first prediction starts at once."""
        self._warm = True
        job = self._jobs.submit(LANE, partial(self._ready, self.model_key, self._wish), quiet=True)
        job.failed.connect(self.error)
        return job

    def use_model(self, key: str) -> Job:
        """Load a model (a download has progress and can be cancelled) and make it the project's; or keep the old one.

        Emits ``model_changed`` on success, ``error`` otherwise.
        """
        project = self._document.project
        job = self._jobs.submit(LANE, partial(self._ready, key, self._wish), self.tr("Load model"))
        job.succeeded.connect(partial(self._choose, project, key))
        job.failed.connect(self.error)
        return job

    def bring_checkpoint(self, path: Path) -> Job:
        """Read a checkpoint file whole, copy it into the project as a version, and use it."""
        project = self._document.project
        job = self._jobs.submit(LANE, partial(_adopt, project, path), self.tr("Bring {name}").format(name=path.name))
        job.succeeded.connect(lambda copy: self.use_model(str(copy)))
        job.failed.connect(self.error)
        return job

    def set_mapping(self, model_classes: ClassSet, mapping: ClassMapping) -> Job | None:
        """Keep in the project which class of the model is which of the project."""
        project = self._document.project
        if project is None:
            return None
        job = self._jobs.submit("io", partial(project.set_mapping, model_classes, mapping), quiet=True)
        job.succeeded.connect(lambda _: self.model_changed.emit())
        job.failed.connect(self.error)
        return job

    # --- predictions -------------------------------------------------------------------------------------------

    def predict_current(self) -> Job | None:
        """Predict the open image; untouched pixels get the result as one undoable edit."""
        document = self._document
        if document.project is None or document.image is None or document.image_id is None:
            self.message.emit(self.tr("Open an image first."))
            return None
        if self.current is not None and not self.current.finished:
            self.current.cancel()
        order, image_id = self._order(document.project), document.image_id
        job = self._jobs.submit(
            LANE, partial(self._predict, order, document.image), self.tr("Predict {name}").format(name=image_id)
        )
        job.succeeded.connect(partial(self._show, order.project, image_id))
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
        if self.batch is not None and not self.batch.finished:
            return self.batch
        self._trouble = []
        job = self._jobs.submit(
            LANE, partial(self._predict_many, self._order(project), only_remaining), self.tr("Predict images")
        )
        job.succeeded.connect(self._after_batch)
        job.failed.connect(self._on_failed)
        self.batch = job
        return job

    # --- on the device lane ------------------------------------------------------------------------------------

    def _ready(self, key: str, wish: str) -> Task[_Loaded]:
        loaded = self._loaded
        if loaded is None or (loaded.key, loaded.wish) != (key, wish):
            yield Progress(0, 0, self.tr("Loading torch"))
            from segcore.models.catalogue import load_model
            from segcore.predict import Predictor

            yield Progress(0, 0, self.tr("Loading the model"))
            model = yield from load_model(key)
            loaded = _Loaded(key, wish, model, Predictor(model, wish))
            self._loaded = loaded
        self._tell(loaded)
        return loaded

    def _tell(self, loaded: _Loaded) -> None:
        model = loaded.model
        self._loaded_elsewhere.emit(
            ActiveModel(loaded.key, model.name, model.architecture, model.classes, loaded.predictor.device_name)
        )

    def _mapping(self, project: Project, model: Model) -> ClassMapping:
        mapping = project.mapping_for(model.classes)
        if all(value is None for _, value in mapping.pairs):
            raise NothingInCommonError(
                model.name,
                model.classes,
                mapping,
                self.tr("The model {name} shares no class with this project.").format(name=model.name),
                self.tr("Say which of its classes are which of yours, or choose another model."),
            )
        return mapping

    def _predict(self, order: _Order, image: NDArray[np.uint8]) -> Task[Prediction]:
        loaded = yield from self._ready(order.model, order.device)
        mapping = self._mapping(order.project, loaded.model)
        probabilities = yield from loaded.predictor.probabilities(image)
        if order.crf is not None:
            from segcore.crf import refine

            probabilities = yield from refine(image, probabilities, order.crf)
        self._tell(loaded)
        return mapping.apply(probabilities, loaded.model.classes, order.project.classes, loaded.model.name)

    def _predict_many(self, order: _Order, only_remaining: bool) -> Task[BatchReport]:
        loaded = yield from self._ready(order.model, order.device)
        mapping = self._mapping(order.project, loaded.model)
        from segcore.batch import BatchItem, predict_many

        project, model = order.project, loaded.model

        def write(item: BatchItem, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
            prediction = mapping.apply(probabilities, model.classes, project.classes, model.name)
            project.save_prediction(item.key, prediction)
            self._written.emit(project, item.key, prediction.labels)

        items = [BatchItem(key, project.image_path(key)) for key in _remaining(project, only_remaining)]
        report = yield from predict_many(loaded.predictor, items, write, order.crf)
        self._tell(loaded)
        return report

    # --- results, on the UI thread -----------------------------------------------------------------------------

    @property
    def _wish(self) -> str:
        return str(self._settings["device"]) if self._settings is not None else "auto"

    def _order(self, project: Project) -> _Order:
        crf = None
        if self._settings is not None and self._settings["predict.crf"] == "exact":
            from app.refinement import crf_parameters

            crf = crf_parameters(project, self._settings)
        return _Order(project, self.model_key, self._wish, crf)

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
        job = self._jobs.submit("io", partial(_store_model, project, key), quiet=True)
        job.succeeded.connect(lambda _: self.model_changed.emit())
        job.failed.connect(self.error)

    def _on_project(self) -> None:
        for job in (self.current, self.batch):
            if job is not None:
                job.cancel()
        self.model_changed.emit()
        if self._warm and self._document.project is not None and self.active is None:
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
        if document.image is not None and document.prediction is None and not busy:
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

    def _show(self, project: Project, image_id: str, prediction: Prediction) -> None:
        job = self._jobs.submit("io", partial(project.save_prediction, image_id, prediction), quiet=True)
        job.succeeded.connect(lambda _: self.predicted.emit(image_id))
        job.failed.connect(self.error)
        if self._is_open(project, image_id):
            self._put_into_document(project, image_id, prediction)
        else:
            self._accept_on_disk(project, image_id, prediction.labels, self.error.emit)

    def _put_into_document(self, project: Project, image_id: str, prediction: Prediction) -> None:
        document = self._document
        if not self._is_open(project, image_id) or document.label_map is None:
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

    def _take_written(self, project: Project, image_id: str, labels: NDArray[np.uint8]) -> None:
        if not self._is_open(project, image_id):
            self._accept_on_disk(project, image_id, labels, partial(self._note_trouble, image_id))
            return
        job = self._jobs.submit("io", partial(project.load_prediction, image_id), quiet=True)
        job.succeeded.connect(lambda found: found and self._put_into_document(project, image_id, found))
        job.failed.connect(partial(self._note_trouble, image_id))
        job.succeeded.connect(lambda _: self.predicted.emit(image_id))

    def _accept_on_disk(
        self, project: Project, image_id: str, labels: NDArray[np.uint8], on_error: Callable[[Any], None]
    ) -> None:
        """Accept into the files of an image that is not open: on the lane that saves, so the two cannot cross."""
        job = self._jobs.submit("io", partial(_accept_file, project, image_id, labels), quiet=True)
        job.succeeded.connect(lambda _: self._after_accept(project, image_id))
        job.failed.connect(on_error)

    def _after_accept(self, project: Project, image_id: str) -> None:
        self.predicted.emit(image_id)
        if self._is_open(project, image_id) and self._document.prediction is None:
            self._take_written(project, image_id, np.empty((0, 0), np.uint8))  # opened in between: show it there too

    def _note_trouble(self, image_id: str, error: Exception) -> None:
        self._trouble.append((image_id, str(error)))

    def _after_batch(self, report: BatchReport) -> None:
        """Wait for the io lane, where the last labels are still being accepted, then sum up."""
        job = self._jobs.submit("io", lambda: None, quiet=True)
        job.succeeded.connect(lambda _: self._sum_up(report))

    def _sum_up(self, report: BatchReport) -> None:
        failures = [*report.failures, *self._trouble]
        self._trouble = []
        report = replace(report, failures=failures)
        self.batch_finished.emit(report)
        self.message.emit(self.tr("{count} images predicted.").format(count=report.done))
        if failures:
            key, reason = failures[0]
            self.error.emit(
                MaskwrightError(
                    self.tr("{count} images could not be predicted; the first is {name}: {reason}").format(
                        count=len(failures), name=key, reason=reason
                    ),
                    self.tr("The others are predicted. Mend or remove these files, then predict the rest again."),
                )
            )


def remaining_ids(records: Iterable[Any], only_remaining: bool = True) -> list[str]:
    """Return image ids in the order of prediction: nobody worked on them, begun, and (if wanted) done."""
    order = {State.NEW: 0, State.PREDICTED: 1, State.IN_PROGRESS: 2, State.DONE: 3}
    wanted = [r for r in records if not (only_remaining and r.state == State.DONE)]
    return [record.id for record in sorted(wanted, key=lambda r: order[State(r.state)])]


def _remaining(project: Project, only_remaining: bool) -> list[str]:
    return remaining_ids(project.records(), only_remaining)


def _same_classes(classes: ClassSet | None, prediction: Prediction) -> bool:
    return classes is not None and np.array_equal(classes.indices, prediction.indices)


def _accept_file(project: Project, image_id: str, labels: NDArray[np.uint8]) -> None:
    found = project.load_label_map(image_id)
    project.save_label_map(image_id, found.accept(labels))


def _store_model(project: Project, key: str) -> None:
    project.set_setting("model", key)


def _adopt(project: Project | None, path: Path) -> Task[Path]:
    from segcore.atomic import atomic_write_bytes
    from segcore.models.catalogue import load_model
    from segcore.models.checkpoint import save_checkpoint

    if project is None:
        raise MaskwrightError("No project is open.", "Open one first.")
    model = yield from load_model(str(path))
    copy = project.new_checkpoint_path()
    if path.suffix == ".safetensors":
        atomic_write_bytes(copy, path.read_bytes())
    else:
        save_checkpoint(copy, model)
    return copy
