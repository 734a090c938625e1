"""CompareWiring: gives the canvas the labels that it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

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
from app.document.version_text import version_text
from app.jobs.job import Job
from app.language.engine_texts import words
from app.window.history_wiring import HistoryWiring
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from segcore.project.label_versions import LabelVersion
    from segcore.project.project import Project

PREFIX = "compare_"


class CompareWiring(QObject):
    """Follows the open image, its prediction and its versions; reads them in the lane "thumbs"."""

    def __init__(
        self,
        session: Session,
        canvas: Canvas,
        controls: CompareControls,
        modes: QActionGroup,
        predict: QAction,
        history: HistoryWiring,
        previous: Callable[[str], str | None],
    ) -> None:
        """``previous``: the id of the image before one; None for the first."""
        super().__init__(canvas)
        self._session, self._canvas, self._controls = session, canvas, controls
        self._modes, self._predict, self._previous = modes, predict, previous
        self._job: Job | None = None
        self._listing: Job | None = None
        self._versions: dict[str, LabelVersion] | None = None  # None while they are being read
        modes.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        modes.triggered.connect(lambda _: self._choose())
        controls.source_changed.connect(lambda _: self._refresh())
        document = session.document
        document.image_changed.connect(self._list_versions)
        document.image_changed.connect(self._refresh)
        history.versioning.kept.connect(
            lambda image_id: self._list_versions() if image_id == document.image_id else None
        )
        history.compare_wanted.connect(self.compare_with)
        document.prediction_changed.connect(self._refresh_prediction)

    def compare_with(self, version: str) -> None:
        """Show this version of the open image, which its history lists; side by side, if nothing is compared yet."""
        self._controls.choose_version(version)
        if self._modes.checkedAction() is None:
            next(each for each in self._modes.actions() if each.objectName() == PREFIX + Mode.SIDE.value).trigger()

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
        elif self._controls.source is Source.PREVIOUS:
            self._show_previous()
        else:
            self._show_version()

    def _show_prediction(self) -> None:
        document, other = self._session.document, self._canvas.other
        prediction, image = document.prediction, document.image
        if prediction is None or image is None or prediction.shape != image.shape[:2]:
            lacks = self.tr("There is no prediction of this image yet. Choose {action}.")
            other.set_content(None, lacks.format(action=named(self._predict)))
            return
        labels = np.ascontiguousarray(prediction.labels)
        label_map = LabelMap(labels, np.zeros_like(labels))
        other.set_content(Compared(self.tr("Prediction"), image, self._canvas.levels, label_map, predicted=True))

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

    def _list_versions(self) -> None:
        """Read which versions the open image has."""
        if self._listing is not None:
            self._listing.cancel()
        self._versions, self._listing = None, None
        project, image_id = self._session.document.project, self._session.document.image_id
        if project is None or image_id is None:
            self._have_versions([])
        else:
            self._listing = self._session.jobs.submit("thumbs", partial(_versions_of, project, image_id), quiet=True)
            self._listing.succeeded.connect(self._have_versions)

    def _have_versions(self, found: list[LabelVersion]) -> None:
        chosen = self._controls.version
        self._versions = {version.stem: version for version in found}
        self._controls.show_versions({stem: version_text(version) for stem, version in self._versions.items()})
        waits = self._canvas.other.content is None
        if self._controls.source is Source.VERSION and (waits or self._controls.version != chosen):
            self._refresh()

    def _show_version(self) -> None:
        document, other, stem = self._session.document, self._canvas.other, self._controls.version
        if self._versions is None or document.project is None or document.image_id is None:
            other.set_content(None, self.tr("The versions are being read…"))
            return
        version = self._versions.get(stem or "")
        if version is None:
            other.set_content(
                None,
                self.tr("There is no version of this image yet. One is kept before the first edit and while you work."),
            )
            return
        other.set_content(None, self.tr("The version is being read…"))
        read = partial(_load_version, document.project, document.image_id, version)
        self._job = job = self._session.jobs.submit("thumbs", read, quiet=True)
        job.succeeded.connect(partial(self._show_earlier, job, version))
        job.failed.connect(partial(self._fail, job))

    def _show_earlier(self, job: Job, version: LabelVersion, found: LabelMap) -> None:
        document, other = self._session.document, self._canvas.other
        if job is not self._job or document.image is None:
            return
        self._job = None
        if found.shape != document.image.shape[:2]:
            other.set_content(None, self.tr("The image had another size then: this version does not fit it."))
            return
        title = self.tr("Version of {text}").format(text=version_text(version))
        other.set_content(Compared(title, document.image, self._canvas.levels, found))

    def _show_loaded(self, job: Job, loaded: LoadedImage) -> None:
        if job is self._job:
            self._job = None
            title = self.tr("Previous image: {name}").format(name=image_name(loaded.image_id))
            self._canvas.other.set_content(Compared(title, loaded.image, loaded.levels, loaded.label_map))

    def _fail(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self._job = None
            self._canvas.other.set_content(None, words(error))


def _versions_of(project: Project, image_id: str) -> list[LabelVersion]:
    return project.versions.of(image_id)


def _load_version(project: Project, image_id: str, version: LabelVersion) -> LabelMap:
    return project.versions.load(image_id, version, project.classes, project.class_history)
