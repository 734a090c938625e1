"""FirstPicture: shows the image that a person left while its project is still being opened in a slow folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.document.loaded_image import Draft
from app.document.session import Session
from app.jobs.job import Job

WAIT_MS = 300
"""A project that takes no longer to open shows the image itself."""
SIDE = 2000
"""Pixels: a larger picture is shown at half its size, and so on, because it is drawn in the UI thread."""


class FirstPicture(QObject):
    """One picture for one project that is being opened, until the image itself is there or the opening has failed."""

    shown = Signal(object)
    """Draft to be shown; None: no more."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._opening: Job | None = None
        self._path = Path()
        self._draft: Draft | None = None
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._read)

    def expect(self, path: Path, opening: Job) -> None:
        """Show the image that was left in the project that ``path`` stands for, should ``opening`` it take long."""
        self._path, self._opening, self._draft = path, opening, None
        opening.failed.connect(lambda _: self._end(opening))
        opening.cancelled.connect(lambda: self._end(opening))
        self._wait.start()

    def keep(self, image_id: str | None) -> None:
        """Show the picture on if it is of this image, which is about to be loaded; else never again."""
        self._wait.stop()
        self._opening = None
        if self._draft is not None:
            self._draft = self._draft if self._draft.image_id == image_id else None
            self.shown.emit(self._draft)

    def _read(self) -> None:
        left = left_at(self._path, self._session.settings["recent.images"])
        if self._opening is not None and left is not None:
            job = self._session.jobs.submit("thumbs", partial(first_picture, *left), quiet=True)
            job.succeeded.connect(partial(self._have_read, self._opening))

    def _have_read(self, opening: Job, draft: Draft | None) -> None:
        if opening is self._opening and draft is not None:
            self._draft = draft
            self.shown.emit(draft)

    def _end(self, opening: Job) -> None:
        if opening is self._opening:
            self.keep(None)


def left_at(path: Path, left: Mapping[str, str]) -> tuple[Path, str] | None:
    """Return the project that opening ``path`` will most likely find, and the image that was left there; asks no file.

    ``left``: ids of images by project folder, as in the settings.
    """
    from segcore.project.project_places import beside, in_user_data

    path = path.absolute()
    places = (path, path.parent, beside(path), in_user_data(path))
    return next(((place, left[str(place)]) for place in places if str(place) in left), None)


def first_picture(root: Path, image_id: str) -> Draft | None:
    """Read the image ``image_id`` of the project in ``root``, for a lane; None where that cannot be."""
    from segcore.images.image import read_draft, read_image
    from segcore.project.image_id import check_image_id
    from segcore.project.project_file import ProjectFile

    try:
        file, _ = ProjectFile.read(root, repair=False)
        path = file.images / check_image_id(image_id)
        picture = read_draft(path)
        return Draft(image_id, _small(read_image(path) if picture is None else picture))
    except Exception:  # who opens the project tells it
        return None


def _small(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Halve a picture, uint8 [H, W, 3], until it has at most `SIDE` pixels in each direction."""
    from segcore.images.pyramid import pyramid

    levels = (picture, *pyramid(picture))
    return next((level for level in levels if max(level.shape[:2]) <= SIDE), levels[-1])
