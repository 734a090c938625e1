"""LivePreview: the CRF on the visible part, again and again, shown as labels that are not an edit yet."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QRect, QTimer, Signal

from app.refinement.preview_core import MARGIN, Preview, PreviewCore, VisibleArea
from segcore.editing import Box
from segcore.labels.label_map import Provenance

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import Job, JobRunner
    from app.refinement.refinement import Refining

LANE = "crf"
TARGET_SECONDS = 0.08
"""How long a quick preview may take: the number of its pixels follows the speed of this machine."""
FINE_SECONDS = 1.0
"""Likewise for the fine one that follows when nothing moves."""
FIRST_PIXELS_A_SECOND = 1.5e6
PIXELS = (60_000, 1_500_000)
QUICK_SAMPLES = 20_000
"""Of a quick preview: with a hundred thousand the fast engine takes twice as long on a window of this size."""
SETTLE_MS = 160


class LivePreview(QObject):
    """At most one preview is being computed and one waits: the newest.

    While something moves, previews are quick and perhaps coarse; when it stops, one as fine as the screen follows.
    """

    shown = Signal(object, QRect)
    """Labels (uint8 [H, W]) to be drawn in place of the image's own, and where they are new; None: draw its own."""
    active_changed = Signal(bool)
    """Whether a preview is wanted."""
    error = Signal(Exception)

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._window = PreviewCore()
        self._how: Refining | None = None
        self._box, self._scale = Box(0, 0, 0, 0), 1.0
        self._job: Job | None = None
        self._job_is_fine = False
        self._waiting = False
        self._speed = FIRST_PIXELS_A_SECOND
        self._painted = QRect()
        self.preview: Preview | None = None
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._refine_finely)
        self._stroked = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._stroked.timeout.connect(self._ask_again)
        document.image_changed.connect(self.drop)
        document.prediction_changed.connect(self._ask_again)
        document.labels_changed.connect(self._keep_painted)
        document.history_changed.connect(self._give_way)

    @property
    def active(self) -> bool:
        """Whether a preview is wanted."""
        return self._how is not None

    def look_at(self, rect: QRect, scale: float) -> None:
        """Take note of the pixels visible, and of the screen's pixels for one of the image."""
        self._box = Box(rect.left(), rect.top(), rect.left() + rect.width(), rect.top() + rect.height())
        self._scale = scale
        self._ask_again()

    def show(self, how: Refining) -> None:
        """Preview this; supersedes what is being computed. Nothing without a prediction."""
        if self._document.prediction is None or self._document.label_map is None:
            return
        was_active = self.active
        self._how = how
        if not was_active:
            self.active_changed.emit(True)
        self._ask_again()

    def rest(self) -> None:
        """Leave the lane to others; what is shown stays."""
        self._settled.stop()
        self._stroked.stop()
        self._waiting = False
        if self._job is not None:
            self._job.cancel()

    def drop(self) -> None:
        """Show the labels as they are."""
        self.rest()
        if not self.active:
            return
        self._how = self.preview = None
        self._jobs.submit(LANE, self._window.forget, quiet=True)
        self.shown.emit(None, QRect())
        self.active_changed.emit(False)

    # --- inside ------------------------------------------------------------------------------------------------

    def _ask_again(self) -> None:
        if not self.active or self._document.stroke_in_progress:
            return
        if self._document.prediction is None:
            self.drop()
            return
        self._settled.stop()
        self._waiting = True
        if self._job is None:
            self._start()
        elif self._job_is_fine:
            self._job.cancel()

    def _refine_finely(self) -> None:
        if self.active and self._job is None:
            self._start(fine=True)

    def _start(self, fine: bool = False) -> None:
        document, how = self._document, self._how
        self._waiting = False
        if how is None or document.image is None or document.prediction is None or document.label_map is None:
            return
        box = self._box.clipped(*document.label_map.shape)
        if box.is_empty:
            return
        area = VisibleArea(
            document.image,
            document.prediction,
            document.label_map,
            box,
            self._step(box, FINE_SECONDS if fine else TARGET_SECONDS),
            how.parameters,
            how.engine,
            how.device,
            None if fine else QUICK_SAMPLES,
            how.protected_values(document.classes),
        )
        self._painted = QRect()
        job = self._jobs.submit(LANE, partial(self._window.preview, area), quiet=True)
        self._job, self._job_is_fine = job, fine
        job.succeeded.connect(partial(self._take, fine))
        job.failed.connect(self._fail)
        for ended in (job.succeeded, job.failed, job.cancelled):
            ended.connect(self._go_on)

    def _step(self, box: Box, seconds: float) -> float:
        """Return pixels of the image for one of the CRF: no finer than the screen, no slower than ``seconds``."""
        most = min(max(self._speed * seconds, PIXELS[0]), PIXELS[1])
        area = box.width * box.height * (1.0 + 2.0 * MARGIN) ** 2
        return max(1.0, 1.0 / self._scale, math.sqrt(area / most))

    def _take(self, fine: bool, preview: Preview) -> None:
        speed = preview.pixels / max(preview.seconds, 1e-4)
        self._speed += 0.5 * (speed - self._speed)
        box = preview.box if self.preview is None else preview.box.united(self.preview.box)
        self.preview = preview
        self._put_painted(self._painted)
        self.shown.emit(preview.labels, QRect(box.left, box.top, box.width, box.height))
        if not fine and not self._waiting and self._step(preview.box, FINE_SECONDS) < 0.95 * preview.step:
            self._settled.start()

    def _fail(self, error: Exception) -> None:
        self.drop()
        self.error.emit(error)

    def _go_on(self) -> None:
        self._job = None
        if self._waiting:
            self._start()

    def _give_way(self) -> None:
        """Leave the lane to a stroke, which may need the CRF itself; refine round it when it is over."""
        if self.active and self._document.stroke_in_progress:
            self.rest()
        elif self.active:
            self._stroked.start()

    def _keep_painted(self, rect: QRect) -> None:
        """Show at once what a person paints."""
        if self.active:
            self._painted = self._painted.united(rect)
            self._put_painted(rect)

    def _put_painted(self, rect: QRect) -> None:
        label_map = self._document.label_map
        if self.preview is None or label_map is None or rect.isEmpty():
            return
        part = np.s_[rect.top() : rect.top() + rect.height(), rect.left() : rect.left() + rect.width()]
        human = label_map.provenance[part] >= Provenance.PAINTED
        np.copyto(self.preview.labels[part], label_map.labels[part], where=human)
