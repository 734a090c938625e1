"""Everywhere: a command of the menu Labels, done to every image of the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.commands.command_table import PREDICTION
from app.commands.computed import Computed, Wish, computed
from app.document.session import Session
from segcore.editing import Edit, Recorder
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from segcore.project.closed_edit import Kept
    from segcore.project.project import Project

LANE = "crf"


@dataclass(frozen=True)
class Everywhere:
    """What a person has chosen for all images, and what it does to the open one.

    Attributes
    ----------
    wish : Wish
        As it was computed for the open image; its range of levels is the one that was seen.
    here : Computed or None
        What it would do there; None once it is done.
    """

    wish: Wish
    here: Computed | None

    @property
    def name(self) -> str:
        """What the undo history of each image calls it."""
        text = QCoreApplication.translate("Commands", "{name} in all images")
        return text.format(name=self.wish.name)

    @property
    def labels_new_images(self) -> bool:
        """Whether images without any label are changed, too."""
        return self.wish.row.levels

    @property
    def done(self) -> Everywhere:
        """The same without the arrays of the open image, to be kept until it is taken back."""
        return replace(self, wish=replace(self.wish, given=None, prediction=None, image=None), here=None)

    def brought_back(self, _now: ClassSet | None) -> ClassSet | None:
        """Return None: no class goes with a command."""
        return None

    def after(self, project: Project, image_id: str, label_map: LabelMap) -> LabelMap:
        """Return the labels of an image that is not open as the command makes them.

        Raises ImageError or LabelError when the image or its prediction cannot be read.
        """
        from segcore.images.image import read_image

        row, prediction, image = self.wish.row, None, None
        if row.given == PREDICTION:
            prediction = project.load_prediction(image_id, label_map.shape)
            if prediction is None:
                return label_map
        if row.levels:
            image = read_image(project.image_path(image_id))
        wish = replace(self.wish, name=self.name, prediction=prediction, image=image)
        found = drive(computed(label_map, wish, 0))
        after = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
        found.edit.redo(after)
        return after


class EverywhereRun:
    """Does it to one image after the other, for `ImagesRun`."""

    def __init__(self, session: Session, what: Everywhere, kept: Kept) -> None:
        self._session, self._what, self._kept = session, what, kept
        self._found: Computed | None = what.here
        self._image_id = session.document.image_id
        self._job: Job | None = None
        self._error: Exception | None = None  # why the open image could not be computed

    def closed(self, project: Project, image_id: str) -> State | None:
        """Change an image that is open nowhere; return its state, or None when nothing changes."""
        from segcore.project.closed_edit import edit_closed

        change: Callable[[LabelMap], LabelMap] = partial(self._what.after, project, image_id)
        return edit_closed(project, image_id, change, self._what.name, self._kept)

    def shown(self) -> bool | None:
        """Change the open image and say whether it changed; None while that is being computed in a lane.

        Raises what was raised there.
        """
        error, self._error = self._error, None
        if error is not None:
            raise error
        document = self._session.document
        found = self._found if document.image_id == self._image_id else None
        if found is None or found.revision != document.revision:
            self._compute()
            return None
        self._found = None
        if not found.pixels or document.label_map is None:
            return False
        stroke = Recorder(document.label_map, self._what.name) if found.paints else None
        return document.apply(Edit(self._what.name, found.edit.tiles), found.revision, stroke)

    def _compute(self) -> None:
        document = self._session.document
        if self._job is not None or document.label_map is None or document.stroke_in_progress:
            return
        row = self._what.wish.row
        wish = replace(
            self._what.wish,
            prediction=document.prediction if row.given == PREDICTION else None,
            image=document.image if row.levels else None,
        )
        self._image_id = document.image_id
        if row.given == PREDICTION and wish.prediction is None:
            self._found = Computed(Edit(self._what.name, ()), document.revision, document.label_map.labels, 0)
            return
        work = partial(computed, document.label_map, wish, document.revision)
        self._job = self._session.jobs.submit(LANE, work, quiet=True)
        self._job.succeeded.connect(self._have)
        self._job.failed.connect(lambda error: setattr(self, "_error", error))
        self._job.ended.connect(lambda: setattr(self, "_job", None))

    def _have(self, found: Computed) -> None:
        self._found = found
