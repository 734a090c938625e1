"""Refinement: the fully-connected CRF on the current probabilities, applied as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.acceptance import accept_labels
from segcore.classes import IGNORE_INDEX
from segcore.errors import CrfError, MaskwrightError
from segcore.progress import Task

if TYPE_CHECKING:
    from app.document import Document
    from app.jobs import Job, JobRunner
    from segcore.crf import CrfParameters
    from segcore.prediction import Prediction
    from segcore.project import Project

LANE = "crf"
NAMES = ("w1", "w2", "theta_alpha", "theta_beta", "theta_gamma", "iterations")
PROJECT_KEY = "crf"


def crf_parameters(project: Project | None) -> CrfParameters:
    """Return the project's parameters; the defaults fill what it does not say or says wrongly."""
    from segcore.crf import CrfParameters

    stored: Any = project.settings.get(PROJECT_KEY) if project is not None else None
    own: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
    try:
        return CrfParameters(**{name: own[name] for name in NAMES if name in own})
    except (MaskwrightError, TypeError, ValueError):
        return CrfParameters()


class Refinement(QObject):
    """Refines the open image. A result is dropped when another image or another prediction is there by then."""

    started = Signal(object)  # Job
    refined = Signal(bool)  # the edit is done; False: the borders were fine already
    message = Signal(str)
    error = Signal(object)

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self.current: Job | None = None

    def refine_current(self, parameters: CrfParameters) -> Job | None:
        """Start; None (and an ``error``) when there is nothing to refine."""
        document = self._document
        if document.image is None or document.image_id is None:
            self.error.emit(CrfError(self.tr("No image is open."), self.tr("Open one, then predict it.")))
            return None
        if document.prediction is None:
            self.error.emit(
                CrfError(
                    self.tr("There is no prediction of this image to refine."),
                    self.tr("Predict this image first (Ctrl+P)."),
                )
            )
            return None
        if self.current is not None:
            self.current.cancel()
        prediction, image_id = document.prediction, document.image_id
        job = self._jobs.submit(
            LANE,
            partial(refined_labels, document.image, prediction, parameters),
            self.tr("Refine {name}").format(name=image_id),
        )
        job.succeeded.connect(partial(self._accept, image_id, prediction))
        job.failed.connect(self.error)
        self.current = job
        self.started.emit(job)
        return job

    def _accept(self, image_id: str, prediction: Prediction, labels: NDArray[np.uint8]) -> None:
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
    image: NDArray[np.uint8], prediction: Prediction, parameters: CrfParameters
) -> Task[NDArray[np.uint8]]:
    """Run the CRF and return the winning class values, uint8 [H, W]; 255 where the prediction had no answer."""
    from segcore.crf import refine

    probabilities = yield from refine(image, prediction.as_float(), parameters)
    labels = prediction.indices[probabilities.argmax(0)]
    return np.where(prediction.labels == IGNORE_INDEX, np.uint8(IGNORE_INDEX), labels)
