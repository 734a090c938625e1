"""Label layers: the labels as a wash of colour, as outlines, as changes to the prediction; ignored pixels hatched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, qRgba

from app.canvas.color_tables import NOT_DRAWN, SAME, class_table
from app.canvas.hatch import draw_hatch
from app.canvas.sampling import inside, sample
from app.canvas.view_transform import ViewTransform, magnified
from app.document.stroke_preview import StrokePreview
from segcore.editing import Box
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import Provenance, is_ignored

OUTLINE_WIDTH = 2
"""View pixels on each side of a border."""

Bytes = NDArray[np.uint8]


def rgb(array: Bytes) -> QImage:
    """Return a picture over the memory of uint8 [H, W, 3]."""
    height, width, _ = array.shape
    return QImage(array.data, width, height, array.strides[0], QImage.Format.Format_RGB888)


def indexed(array: Bytes, table: list[int]) -> QImage:
    """Return a picture over the memory of uint8 [H, W], seen through a colour table."""
    height, width = array.shape
    image = QImage(array.data, width, height, array.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    return image


@dataclass(frozen=True)
class LabelLayers:
    """Draws labels in a part of the view.

    Attributes
    ----------
    transform : ViewTransform
    size : QSize
        Of the image.
    dirty : QRect
        View pixels to be painted.
    labels : Bytes
        [H, W].
    patch : StrokePreview | None
        Labels of a part of the image, in place of the others.
    classes : ClassSet
    hidden : frozenset[int]
        Class values that are not shown.
    ratio : float
        Pixels of the screen for one view pixel. Borders and stripes are found for each pixel of the screen.
    """

    transform: ViewTransform
    size: QSize
    dirty: QRect
    labels: Bytes
    patch: StrokePreview | None
    classes: ClassSet
    hidden: frozenset[int]
    ratio: float = 1.0

    @cached_property
    def _fine(self) -> ViewTransform:
        return self.transform.magnified(self.ratio)

    @cached_property
    def _area(self) -> QRect:
        """Pixels of the screen to be painted."""
        return inside(self._fine, self.size, magnified(self.dirty, self.ratio))

    @cached_property
    def _seen(self) -> Bytes:
        return sample(self.labels, self._fine, self._area, self.patch)

    def draw_patched(self, painter: QPainter, opacity: float) -> None:
        """Paint the labels, and in their place the patch where it is painted."""
        patch = self.patch
        area = self.transform.visible(self.dirty, self.size, margin=math.ceil(2 / self.transform.scale) + 1)
        if area.isEmpty() or patch is None:
            return
        x, y = area.left(), area.top()
        part = self.labels[y : y + area.height(), x : x + area.width()].copy()
        seen = Box(x, y, x + area.width(), y + area.height())
        both = seen.shared(patch.box)
        if not both.is_empty:
            source = both.inside(patch.box).slices
            np.copyto(part[both.inside(seen).slices], patch.labels[source], where=patch.painted[source])
        table = class_table(self.classes, opacity, self.hidden)
        painter.drawImage(self.transform.rect_to_view(QRectF(area)), indexed(part, table))

    def draw_outlines(self, painter: QPainter, opacity: float) -> None:
        """Paint borders of equal width at every zoom: found among the labels as the screen shows them."""
        import cv2  # only now: the window must be seen soon

        width = round(OUTLINE_WIDTH * self.ratio)
        around = magnified(self.dirty, self.ratio).adjusted(-width, -width, width, width)
        area = inside(self._fine, self.size, around)
        seen = sample(self.labels, self._fine, area, self.patch)
        if not seen.size:
            return
        reach = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
        seen[cv2.dilate(seen, reach) == cv2.erode(seen, reach)] = IGNORE_INDEX
        self._draw(painter, area.topLeft(), seen, class_table(self.classes, opacity, self.hidden))

    def draw_changes(self, painter: QPainter, predicted: Bytes, opacity: float) -> None:
        """Paint the label where it differs from the prediction, and dim all else.

        What became unlabelled or a hidden class is seen, too: as a pale area.
        """
        area, seen = self._area, self._seen.copy()
        if not seen.size:
            return
        table = class_table(self.classes, 0.95 * opacity, self.hidden)
        red, green, blue, alpha = NOT_DRAWN
        for value in (*self.hidden, IGNORE_INDEX):
            table[value] = qRgba(red, green, blue, round(alpha * opacity))
        same = next(value for value in range(256) if not self.classes.has_label(value))
        red, green, blue, alpha = SAME
        table[same] = qRgba(red, green, blue, round(alpha * opacity))
        np.copyto(seen, np.uint8(same), where=seen == sample(predicted, self._fine, area))
        self._draw(painter, area.topLeft(), seen, table)

    def draw_ignored(self, painter: QPainter, provenance: Bytes, opacity: float, patch_is_ignore: bool) -> None:
        """Hatch what a person has labelled as ignore, as wide on the screen at every zoom.

        ``patch_is_ignore``: whether 255 in the patch is painted as ignore, and not erased.
        """
        area, seen = self._area, self._seen
        if (seen == IGNORE_INDEX).any():
            patch = self.patch if patch_is_ignore else None
            where = is_ignored(seen, sample(provenance, self._fine, area, patch, Provenance.PAINTED))
            if where.any():
                left, top = round(self._fine.left), round(self._fine.top)
                draw_hatch(painter, area, where, opacity, left, top)

    def _draw(self, painter: QPainter, corner: QPoint, values: Bytes, table: list[int]) -> None:
        """Paint values (uint8, one for each pixel of the screen) through a colour table."""
        picture = indexed(values, table)
        picture.setDevicePixelRatio(self.ratio)
        painter.drawImage(corner.toPointF() / self.ratio, picture)
