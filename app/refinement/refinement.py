"""Refinement: applies the fully-connected CRF to the open image as one edit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.document.accept_labels import accept_labels
from app.document.image_names import image_name
from app.jobs.torch_preload import open_torch_libraries
from app.refinement.preview_core import with_evidence
from segcore.errors import CrfError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import Job, JobRunner
    from app.settings.settings import Settings
    from segcore.crf import CrfParameters, Engine
    from segcore.labels.label_map import LabelMap
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.project.project import Project

LANE = "crf"
PROJECT_KEY = "crf"
ENGINE = "refine.engine"


@dataclass(frozen=True)
class Refining:
    """How to refine: parameters, protected classes (by name), engine and device.

    ``device`` None: the GPU if there is one with enough free memory.
    """

    parameters: CrfParameters
    protected: tuple[str, ...] = ()
    engine: Engine = "auto"
    device: str | None = None

    def protected_values(self, classes: ClassSet | None) -> frozenset[int]:
        """Return the class values of the protected classes; names that no longer exist are ignored."""
        return frozenset(each.index for each in classes or () if each.name in self.protected)

    def to_json(self) -> dict[str, Any]:
        """Return the form that a project stores."""
        return {**asdict(self.parameters), "protected": list(self.protected)}


def protected_classes(project: Project | None) -> tuple[str, ...]:
    """Return the names of the project's protected classes."""
    from segcore.crf.parameters_file import protected_of

    return protected_of(project.settings) if project is not None else ()


def chosen_engine(settings: Settings) -> Engine:
    """Return the engine of the settings; ``auto`` when that engine is not installed."""
    engine: Engine = settings[ENGINE]
    if engine != "exact":
        return engine
    from segcore.crf import crf_available

    return engine if crf_available() else "auto"


def chosen_device(settings: Settings) -> str | None:
    """Return the device of the fast engine; None: automatic."""
    device = str(settings["device"])
    return device if device in ("cpu", "cuda") else None


def crf_parameters(project: Project | None) -> CrfParameters:
    """Return the project's parameters; defaults replace missing and wrong ones."""
    from segcore.crf import parameters_of

    return parameters_of(project.settings if project is not None else {})


class Refinement(QObject):
    """Refines the open image. The result is dropped when the image or its prediction has changed meanwhile."""

    started = Signal(object)  # Job
    refined = Signal(bool)  # True: an edit was made; False: nothing changed
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self.current: Job | None = None

    def refine_current(self, how: Refining) -> Job | None:
        """Start refining; painted pixels are certain. Return None and emit ``error`` when it cannot."""
        document = self._document
        if document.image is None or document.image_id is None:
            self.error.emit(CrfError(self.tr("No image is open."), self.tr("Open an image, then predict it.")))
            return None
        if document.prediction is None:
            self.error.emit(
                CrfError(
                    self.tr("This image has no prediction to refine."),
                    self.tr("Predict this image first."),
                )
            )
            return None
        if self.current is not None:
            self.current.cancel()
        prediction, image_id = document.prediction, document.image_id
        job = self._jobs.submit(
            LANE,
            partial(
                refined_labels,
                document.image,
                prediction,
                how,
                how.protected_values(document.classes),
                document.label_map,
            ),
            self.tr("Refine {name}").format(name=image_name(image_id)),
        )
        job.succeeded.connect(partial(self._accept, image_id, prediction))
        job.failed.connect(self.error)
        self.current = job
        self.started.emit(job)
        return job

    def _accept(self, image_id: str, prediction: ProbabilityMap, labels: NDArray[np.uint8]) -> None:
        document = self._document
        accept_labels(
            document,
            self._jobs,
            labels,
            self.tr("Refine borders"),
            lane=LANE,
            still_wanted=lambda: document.image_id == image_id and document.prediction is prediction,
            on_error=self.error.emit,
            on_done=self.refined.emit,
        )


def refined_labels(
    image: NDArray[np.uint8],
    prediction: ProbabilityMap,
    how: Refining,
    protected: Collection[int] = (),
    label_map: LabelMap | None = None,
) -> Task[NDArray[np.uint8]]:
    """Run the CRF and return the winning class values, uint8 [H, W]; 255 where the prediction is 255.

    Painted and confirmed pixels of ``label_map`` are certain and affect their neighbours. The class values
    ``protected`` keep their predicted pixels.
    """
    from segcore.crf import refine
    from segcore.crf.protection import protect

    if how.engine != "exact":
        yield Progress(0, 0)
        open_torch_libraries()
    probabilities = prediction.as_float()
    if label_map is not None:
        with_evidence(probabilities, prediction.indices, label_map.ground_truth())
    refined = yield from refine(image, probabilities, how.parameters, engine=how.engine, device=how.device)
    channels = [channel for channel, value in enumerate(prediction.indices) if int(value) in protected]
    labels = prediction.indices[protect(refined, probabilities, channels).argmax(0)]
    return np.where(prediction.labels == IGNORE_INDEX, np.uint8(IGNORE_INDEX), labels)
