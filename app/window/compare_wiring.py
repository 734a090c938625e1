"""CompareWiring: gives the canvas the labels that it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup

from app.canvas.action_text import named
from app.canvas.canvas import Canvas
from app.canvas.compare_controls import CompareControls, Source
from app.canvas.compared import Compared, Mode
from app.document.image_names import image_name
from app.document.loaded_image import LoadedImage, load_image
from app.document.session import Session
from app.jobs.job import Job
from app.language.engine_texts import words
from segcore.labels.label_map import LabelMap

PREFIX = "compare_"


class CompareWiring(QObject):
    """Follows the open image and its prediction; reads the previous image in the lane "thumbs"."""

    def __init__(
        self,
        session: Session,
        canvas: Canvas,
        controls: CompareControls,
        modes: QActionGroup,
        predict: QAction,
        previous: Callable[[str], str | None],
    ) -> None:
        """``previous``: the id of the image before one; None for the first."""
        super().__init__(canvas)
        self._session, self._canvas, self._controls = session, canvas, controls
        self._modes, self._predict, self._previous = modes, predict, previous
        self._job: Job | None = None
        modes.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        modes.triggered.connect(lambda _: self._choose())
        controls.source_changed.connect(lambda _: self._refresh())
        document = session.document
        document.image_changed.connect(self._refresh)
        document.prediction_changed.connect(self._refresh_prediction)

    def _choose(self) -> None:
        action = self._modes.checkedAction()
        self._canvas.other.set_mode(Mode(action.objectName().removeprefix(PREFIX)) if action is not None else Mode.OFF)
        self._refresh()

    def _refresh_prediction(self) -> None:
        if self._controls.source is Source.PREDICTION:
            self._refresh()

    def _refresh(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        other, document = self._canvas.other, self._session.document
        if other.mode is Mode.OFF or document.image is None:
            other.set_content(None)
        elif self._controls.source is Source.PREDICTION:
            self._show_prediction()
        else:
            self._show_previous()

    def _show_prediction(self) -> None:
        document, other = self._session.document, self._canvas.other
        prediction, image = document.prediction, document.image
        if prediction is None or image is None or prediction.shape != image.shape[:2]:
            lacks = self.tr("There is no prediction of this image yet. Choose {action}.")
            other.set_content(None, lacks.format(action=named(self._predict)))
            return
        labels = np.ascontiguousarray(prediction.labels)
        label_map = LabelMap(labels, np.zeros_like(labels))
        other.set_content(Compared(self.tr("Prediction"), image, self._canvas.levels, label_map))

    def _show_previous(self) -> None:
        document, other = self._session.document, self._canvas.other
        image_id = self._previous(document.image_id) if document.image_id is not None else None
        if image_id is None or image_id == document.image_id or document.project is None:
            other.set_content(None, self.tr("This is the first image."))
            return
        other.set_content(None, self.tr("The previous image is being read…"))
        job = self._session.jobs.submit("thumbs", partial(load_image, document.project, image_id), quiet=True)
        job.succeeded.connect(partial(self._show_loaded, job))
        job.failed.connect(partial(self._fail, job))
        self._job = job

    def _show_loaded(self, job: Job, loaded: LoadedImage) -> None:
        if job is self._job:
            self._job = None
            title = self.tr("Previous image: {name}").format(name=image_name(loaded.image_id))
            self._canvas.other.set_content(Compared(title, loaded.image, loaded.levels, loaded.label_map))

    def _fail(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self._job = None
            self._canvas.other.set_content(None, words(error))
