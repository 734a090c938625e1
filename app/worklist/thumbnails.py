"""Thumbnails: small pictures made in the background, only for rows that are seen."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.jobs.job_runner import Job, JobRunner
from segcore.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 72, 48
KEPT = 800
"""Thumbnails kept, the least recently seen goes first: 800 x 72 x 48 x 4 bytes = 11 MB."""
WAITING = 64
"""Requests kept: a person who scrolls past thousands of rows needs the last screenful, not all of them."""


class Thumbnails(QObject):
    """Asks the ``thumbs`` lane for one thumbnail at a time, the latest request first."""

    ready = Signal(str)
    """Image id whose thumbnail `get` returns now."""
    failed = Signal(str, ImageError)
    """Image id, and why its file cannot be read."""

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.folder: Path | None = None
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._failed: set[str] = set()
        self._job: Job | None = None
        self._batch = 0
        self._ratio = 1.0

    def set_folder(self, folder: Path | None, pixel_ratio: float = 1.0) -> None:
        """Forget everything; ids are paths below ``folder`` from now on. None: there are no images."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._batch += 1
        self.folder, self._ratio = folder, pixel_ratio
        for store in (self._kept, self._wanted, self._failed):
            store.clear()

    def get(self, image_id: str) -> QPixmap | None:
        """Return the thumbnail, or None and begin to make it."""
        found = self._kept.get(image_id)
        if found is not None:
            self._kept.move_to_end(image_id)
            return found
        if image_id not in self._failed:
            self._wanted[image_id] = None
            self._wanted.move_to_end(image_id)
            if len(self._wanted) > WAITING:
                self._wanted.popitem(last=False)
            self._next()
        return None

    def try_again(self, image_id: str) -> None:
        """Make the thumbnail of an image that could not be read until now, when it is asked for."""
        self._failed.discard(image_id)

    def _next(self) -> None:
        if self._job is not None or not self._wanted or self.folder is None:
            return
        image_id, _ = self._wanted.popitem()
        size = (round(WIDTH * self._ratio), round(HEIGHT * self._ratio))
        job = self._jobs.submit("thumbs", partial(thumbnail, self.folder / image_id, *size), quiet=True)
        job.succeeded.connect(partial(self._keep, image_id))
        job.failed.connect(partial(self._give_up, image_id, self._batch))
        self._job = job

    def _keep(self, image_id: str, pixels: NDArray[np.uint8] | ImageError | None) -> None:
        self._job = None
        if pixels is None:
            self._failed.add(image_id)
        elif isinstance(pixels, ImageError):
            self._failed.add(image_id)
            self.failed.emit(image_id, pixels)
        else:
            height, width, _ = pixels.shape
            image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self._ratio)
            self._kept[image_id] = pixmap
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            self.ready.emit(image_id)
        self._next()

    def _give_up(self, image_id: str, batch: int, _error: Exception) -> None:
        if batch == self._batch:
            self._job = None
            self._failed.add(image_id)
            self._next()


def thumbnail(path: Path, width: int, height: int) -> NDArray[np.uint8] | ImageError | None:
    """Read an image, fill ``width`` x ``height`` with its middle: uint8 [height, width, 3] RGB. For a lane: no Qt here.

    The error when it cannot be read; None when it is too large for a thumbnail, see
    `segcore.images.image.read_thumbnail`.
    """
    from segcore.images.image import ThumbnailError, read_thumbnail

    try:
        return read_thumbnail(path, width, height)
    except ThumbnailError:
        return None
    except ImageError as error:
        return error
