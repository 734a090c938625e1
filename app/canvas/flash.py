"""Flash: highlights pixels for a moment."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, qRgba
from PySide6.QtWidgets import QStyle, QWidget

from app.canvas.view_transform import ViewTransform
from segcore.editing.brush import NOTHING, Covered

ALPHAS = (90, 75, 55, 35, 15)
"""Of white, 0-255, one after the other."""
STEP_MS = 60


class Flash(QObject):
    """White over pixels of the image, which fades in 300 ms; nothing where the style shows no animations."""

    changed = Signal(QRect)
    """It looks different in this rectangle of the image."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._covered = NOTHING
        self._step = 0
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def alpha(self) -> int:
        """Of white, 0-255; 0 while there is none."""
        return ALPHAS[self._step] if self._timer.isActive() else 0

    def begin(self, covered: Covered) -> None:
        """Highlight these pixels in place of those before."""
        self.end()
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if covered.box.is_empty or not self._view.style().styleHint(hint, None, self._view):
            return
        self._covered, self._step = Covered(covered.box, np.ascontiguousarray(covered.mask)), 0
        self._timer.start()
        self._tell()

    def end(self) -> None:
        """Highlight nothing."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell()
            self._covered = NOTHING

    def draw(self, painter: QPainter, transform: ViewTransform, dirty: QRect, size: QSize) -> None:
        """Paint what is in ``dirty`` (view pixels) of an image of this size."""
        box, mask = self._covered
        area = transform.visible(dirty, size, margin=8) & QRect(box.left, box.top, box.width, box.height)
        if not self.alpha or area.isEmpty():
            return
        height, width = mask.shape
        picture = QImage(mask.view(np.uint8).data, width, height, width, QImage.Format.Format_Indexed8)
        picture.setColorTable([0, qRgba(255, 255, 255, self.alpha)])
        painter.drawImage(transform.rect_to_view(QRectF(area)), picture, QRectF(area.translated(-box.left, -box.top)))

    def _go_on(self) -> None:
        self._step += 1
        if self._step == len(ALPHAS):
            self._step = 0
            self.end()
        else:
            self._tell()

    def _tell(self) -> None:
        box = self._covered.box
        self.changed.emit(QRect(box.left, box.top, box.width, box.height))
