"""DeviceLane: what happens on the device lane, which alone touches the Predictor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.jobs.torch_preload import open_torch_libraries
from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.crf import Crf
    from segcore.labels.class_mapping import ClassMapping
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.models.model import Model
    from segcore.prediction import Predictor
    from segcore.prediction.batch import BatchItem, BatchReport
    from segcore.project.index import ImageRecord
    from segcore.project.project import Project


class NothingInCommonError(MaskwrightError):
    """The model and the project share no class name; a person has to say what belongs together."""

    def __init__(self, model: str, model_classes: ClassSet, mapping: ClassMapping) -> None:
        super().__init__(
            _tr("The model {name} shares no class with this project.").format(name=model),
            _tr("Join their classes in the Model tab (Classes of this model…), or paint a few images and fine-tune."),
        )
        self.model = model
        self.model_classes = model_classes
        self.mapping = mapping


@dataclass(frozen=True)
class ActiveModel:
    """What is known of a loaded model: ``key`` is what the project stores, ``device`` where it runs."""

    key: str
    name: str
    architecture: str
    classes: ClassSet
    device: str


@dataclass(frozen=True)
class Order:
    """Everything a prediction needs, taken on the UI thread; ``wish`` is auto, cpu, cuda or mps.

    ``crf`` is None where nothing is to be refined; classes of the values ``protected`` it leaves alone. With
    ``reliable`` classes that were often wrong on held-out images are left out.
    """

    project: Project
    model: str
    wish: str
    crf: Crf | None = None
    protected: frozenset[int] = frozenset()
    reliable: bool = False

    def crf_for(self, model: Model, mapping: ClassMapping) -> Crf | None:
        """Return the CRF that protects the model's channels of these classes."""
        if self.crf is None:
            return None
        return replace(self.crf, protected=mapping.channels(self.protected, model.classes))


Labels = Callable[[], NDArray[np.uint8]]
"""Returns labels, uint8 [H, W]."""


@dataclass(frozen=True)
class _Loaded:
    key: str
    wish: str
    stamp: float
    model: Model
    predictor: Predictor


class DeviceLane:
    """Owns the Predictor. Every method is a task for the device lane; the callbacks are called there.

    Parameters
    ----------
    on_ready : Callable[[ActiveModel], None]
        Told which model is loaded and where it runs, again after each prediction (out of memory moves it).
    on_written : Callable[[Project, str, Labels], None]
        Told of each image of a batch whose prediction is on disk, with its labels; from the writing threads.
    on_note : Callable[[str], None]
        Told what a person should know of how predictions came about (the device ran out of memory, what was done).
    """

    def __init__(
        self,
        on_ready: Callable[[ActiveModel], None],
        on_written: Callable[[Project, str, Labels], None],
        on_note: Callable[[str], None],
    ) -> None:
        self._on_ready = on_ready
        self._on_written = on_written
        self._on_note = on_note
        self._loaded: _Loaded | None = None

    def load(self, key: str, wish: str) -> Task[_Loaded]:
        """Load torch and a model, unless it is there; a failure keeps the one before."""
        loaded = self._loaded
        stamp = _modified(key)
        if loaded is None or (loaded.key, loaded.wish, loaded.stamp) != (key, wish, stamp):
            yield Progress(0, 0, _tr("Loading torch"))
            open_torch_libraries()
            from segcore.models.catalogue import load_model
            from segcore.prediction import Predictor

            yield Progress(0, 0, _tr("Loading the model"))
            model = yield from load_model(key)
            loaded = _Loaded(key, wish, stamp, model, Predictor(model, wish))
            self._loaded = loaded
        self._tell(loaded)
        return loaded

    def warm_up(self, key: str, wish: str) -> Task[_Loaded | None]:
        """Load torch, and the model when it is on this machine: a project must not fetch anything by being opened."""
        from segcore.models.catalogue_entries import CATALOGUE, where_is

        entry = CATALOGUE.get(key)
        if entry is not None and where_is(entry) == "download":
            yield Progress(0, 0, _tr("Loading torch"))
            open_torch_libraries()
            return None
        return (yield from self.load(key, wish))

    def predict(self, order: Order, image: NDArray[np.uint8]) -> Task[ProbabilityMap]:
        """Predict one image, uint8 [H, W, 3]; its labels are ready to be corrected.

        Raises NothingInCommonError, DeviceError and what loading raises.
        """
        loaded = yield from self.load(order.model, order.wish)
        mapping = _mapping(order.project, loaded.model)
        crf = order.crf_for(loaded.model, mapping)
        from segcore.prediction.large_image import is_large, predict_in_pieces

        if is_large(image.shape[0], image.shape[1], len(loaded.model.classes)):
            classes = order.project.classes
            prediction = yield from predict_in_pieces(loaded.predictor, image, mapping, classes, crf)
            self._tell(loaded)
            self._tell_unknown(order.project, mapping)
            return self._to_correct(order, loaded.model, mapping)(prediction)
        probabilities = yield from loaded.predictor.probabilities(image)
        if crf is not None:
            probabilities = yield from crf.refine(image, probabilities)
        self._tell(loaded)
        self._tell_unknown(order.project, mapping)
        yield Progress(0, 0, _tr("Joining classes"))
        prediction = mapping.apply(probabilities, loaded.model.classes, order.project.classes, loaded.model.name)
        return self._to_correct(order, loaded.model, mapping)(prediction)

    def predict_many(self, order: Order, only_remaining: bool) -> Task[BatchReport]:
        """Predict the project's images into ``predictions/``; a bad image is reported and the rest goes on."""
        loaded = yield from self.load(order.model, order.wish)
        project, model = order.project, loaded.model
        mapping = _mapping(project, model)
        self._tell_unknown(project, mapping)
        from segcore.editing.plane import pack, unpack
        from segcore.images.picture import Picture
        from segcore.prediction.batch import BatchItem, predict_many
        from segcore.prediction.large_image import predict_in_pieces

        crf = order.crf_for(model, mapping)
        to_correct = self._to_correct(order, model, mapping)

        def keep(item: BatchItem, image: NDArray[np.uint8], prediction: ProbabilityMap) -> None:
            prediction = to_correct(prediction)
            project.save_prediction(item.key, prediction, Picture.of(item.stamp, image))
            labels = partial(unpack, pack(prediction.labels), *prediction.shape)  # many may wait for a long import
            self._on_written(project, item.key, labels)

        def write(item: BatchItem, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
            keep(item, image, mapping.apply(probabilities, model.classes, project.classes, model.name))

        def predict_large(item: BatchItem, image: NDArray[np.uint8]) -> Task[None]:
            keep(item, image, (yield from predict_in_pieces(loaded.predictor, image, mapping, project.classes, crf)))

        records = project.records()
        keys = remaining_ids(records, only_remaining)
        items = [BatchItem(key, project.image_path(key)) for key in keys]
        report = yield from predict_many(loaded.predictor, items, write, crf, predict_large)
        self._tell(loaded)
        return replace(report, passed_over=sum(bool(record.unreadable) for record in records))

    def import_checkpoint(self, project: Project, path: Path) -> Task[Path]:
        """Read a checkpoint file whole and copy it into the project as a version; returns the copy."""
        from segcore.files.atomic import atomic_write_bytes
        from segcore.models.catalogue import load_model
        from segcore.models.checkpoint import save_checkpoint

        model = yield from load_model(str(path))
        copy = project.new_checkpoint_path()
        if path.suffix == ".safetensors":
            atomic_write_bytes(copy, path.read_bytes())
        else:
            save_checkpoint(copy, model)
        return copy

    def _to_correct(
        self, order: Order, model: Model, mapping: ClassMapping
    ) -> Callable[[ProbabilityMap], ProbabilityMap]:
        """Return what makes a prediction ready to be corrected; say which classes it leaves out."""
        from segcore.prediction.labels_to_correct import PRECISION, labels_to_correct, reliable

        classes = order.project.classes
        says = reliable(model, mapping, classes) if order.reliable else None
        known = {value for _, value in mapping.pairs}
        left_out = [] if says is None else [c.name for c, is_said in zip(classes, says, strict=True) if not is_said]
        names = [name for name in left_out if (each := classes.named(name)) is not None and each.index in known]
        if names:
            text = _tr("Left out, because fewer than {percent} % were right on held-out images: {names}.")
            self._on_note(text.format(percent=round(100 * PRECISION), names=", ".join(names)))
        said = None if says is None else classes.indices[says]

        def made(prediction: ProbabilityMap) -> ProbabilityMap:
            """Classes may have been added since, by a person or a merge: nothing is known of them."""
            return labels_to_correct(prediction, None if said is None else np.isin(prediction.indices, said))

        return made

    def _tell_unknown(self, project: Project, mapping: ClassMapping) -> None:
        """Say which classes the model labels as something else because it lacks them, and what to do."""
        known = {value for _, value in mapping.pairs}
        unknown = [c.name for c in project.classes if c.index not in known]
        if unknown:
            text = _tr("Unknown to this model: {names}. Paint, then fine-tune.")
            self._on_note(text.format(names=", ".join(unknown)))

    def _tell(self, loaded: _Loaded) -> None:
        model, predictor = loaded.model, loaded.predictor
        device = predictor.device_name.upper()
        self._on_ready(ActiveModel(loaded.key, model.name, model.architecture, model.classes, device))
        for note in predictor.notes:
            self._on_note(note)
        predictor.notes.clear()


def remaining_ids(records: Iterable[ImageRecord], only_remaining: bool = True) -> list[str]:
    """Return image ids in the order of prediction: nobody worked on them, begun, and (if wanted) done.

    Images that cannot be read are left out.
    """
    order = {State.NEW: 0, State.PREDICTED: 1, State.IN_PROGRESS: 2, State.DONE: 3}
    readable = (record for record in records if not record.unreadable)
    wanted = [record for record in readable if not (only_remaining and record.state == State.DONE)]
    return [record.id for record in sorted(wanted, key=lambda record: order[State(record.state)])]


def _mapping(project: Project, model: Model) -> ClassMapping:
    mapping = project.mapping_for(model.classes)
    if all(value is None for _, value in mapping.pairs):
        raise NothingInCommonError(model.name, model.classes, mapping)
    return mapping


def _modified(key: str) -> float:
    try:
        return Path(key).stat().st_mtime
    except OSError:
        return 0.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("DeviceLane", text)
