"""Thumbnails: small pictures read or made in the background, only for rows that are seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.jobs.job_runner import Job, JobRunner
from app.settings.settings import Settings
from app.worklist.thumbnail_maker import ThumbnailMaker
from segcore.errors import ImageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH, HEIGHT = 72, 48
KEPT = 800
"""Thumbnails kept, the least recently seen goes first: 800 x 72 x 48 x 4 bytes = 11 MB."""
WAITING = 64
"""Requests kept: a person who scrolls past thousands of rows needs the last screenful, not all of them."""
TOGETHER = 16
"""Asked for at a time, so that those on the disk are shown at once."""
CACHE = "thumbnails.megabytes"
"""Setting."""


class Thumbnails(QObject):
    """Asks the ``thumbs`` lane for some thumbnails at a time, the latest requests first."""

    ready = Signal(str)
    """Image id whose thumbnail `get` returns now."""
    failed = Signal(str, ImageError)
    """Image id, and why its file cannot be read."""

    def __init__(self, jobs: JobRunner, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._maker = ThumbnailMaker(settings[CACHE])
        settings.changed.connect(
            lambda key: setattr(self._maker, "megabytes", settings[CACHE]) if key == CACHE else None
        )
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

    def forget(self, image_ids: Iterable[str]) -> None:
        """Make the thumbnails of these images anew when they are asked for: their files were replaced."""
        for image_id in image_ids:
            self._failed.discard(image_id)
            if self._kept.pop(image_id, None) is not None:
                self.ready.emit(image_id)  # who shows it asks again

    def try_again(self, image_id: str) -> None:
        """Make the thumbnail of an image that could not be read until now, when it is asked for."""
        self._failed.discard(image_id)

    def close(self) -> None:
        """Let the cache on the disk go, once no lane works any more."""
        self._maker.close()

    def _next(self) -> None:
        if self._job is not None or not self._wanted or self.folder is None:
            return
        asked = [self._wanted.popitem()[0] for _ in range(min(TOGETHER, len(self._wanted)))]
        size = (round(WIDTH * self._ratio), round(HEIGHT * self._ratio))
        job = self._jobs.submit("thumbs", partial(self._maker.make, self.folder, asked, *size), quiet=True)
        job.succeeded.connect(partial(self._keep, asked))
        job.failed.connect(partial(self._give_up, asked, self._batch))
        self._job = job

    def _keep(self, asked: list[str], made: dict[str, NDArray[np.uint8] | ImageError | None]) -> None:
        self._job = None
        for image_id in asked:
            if image_id not in made:
                self._wanted.setdefault(image_id)
                self._wanted.move_to_end(image_id, last=False)
                continue
            pixels = made[image_id]
            if pixels is None:
                self._failed.add(image_id)
            elif isinstance(pixels, ImageError):
                self._failed.add(image_id)
                self.failed.emit(image_id, pixels)
            else:
                self._show(image_id, pixels)
        self._next()

    def _show(self, image_id: str, pixels: NDArray[np.uint8]) -> None:
        height, width, _ = pixels.shape
        pixmap = QPixmap.fromImage(QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888))
        pixmap.setDevicePixelRatio(self._ratio)
        self._kept[image_id] = pixmap
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(image_id)

    def _give_up(self, asked: list[str], batch: int, _error: Exception) -> None:
        if batch == self._batch:
            self._job = None
            self._failed.update(asked)
            self._next()
