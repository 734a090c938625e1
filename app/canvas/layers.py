"""ViewLayers: draws image, labels and prediction, as the chosen view shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen, qRgba

from app.canvas.color_tables import INFERNO, NOT_DRAWN, SAME, VIRIDIS, class_table, heat_table, not_drawn
from app.canvas.hatch import draw_hatch
from app.canvas.sampling import inside, sample
from app.canvas.toned_image import TonedImage
from app.canvas.view_transform import ViewTransform
from app.document.stroke_preview import StrokePreview
from segcore.editing import Box
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap, Provenance, is_ignored
from segcore.labels.probability_map import ProbabilityMap

CRISP_SCALE = 1.0
"""Screen pixels for one image pixel from which on pixels are drawn as squares."""
GRID_SCALE = 8.0
"""View pixels for one image pixel above which there is a grid between them."""
GRID_FULL = 24.0
"""Likewise, from which on the grid is as strong as it gets."""
OUTLINE_WIDTH = 2
"""View pixels on each side of a border."""

Bytes = NDArray[np.uint8]


class View(Enum):
    """What the canvas shows over the image."""

    OVERLAY = "overlay"
    OUTLINES = "outlines"
    IMAGE = "image"
    HEATMAP = "heatmap"
    UNCERTAINTY = "uncertainty"
    CHANGES = "changes"


def _rgb(array: Bytes) -> QImage:
    height, width, _ = array.shape
    return QImage(array.data, width, height, array.strides[0], QImage.Format.Format_RGB888)


def _indexed(array: Bytes, table: list[int]) -> QImage:
    height, width = array.shape
    image = QImage(array.data, width, height, array.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    return image


class ViewLayers:
    """Draws arrays that exist already through colour tables: another view, colour or opacity computes no pixel.

    Attributes
    ----------
    view : View
    opacity : float
        0.0-1.0, of the overlay and the maps.
    hidden : frozenset[int]
        Class values that are not shown.
    heatmap_class : int
        The class value whose probability the heatmap shows.
    preview : Bytes | None
        Labels, uint8 [H, W], that are shown in place of the image's own, for example before a refinement is applied.
    draft : Bytes | None
        The same, where there is no preview: what is about to become the image's own.
    patch : StrokePreview | None
        The same for a part of the image, over all else.
    patch_is_ignore : bool
        Whether 255 in the patch is painted as ignore, and not erased.
    toned : TonedImage
        The image as its tone shows it.
    """

    def __init__(self) -> None:
        self.view = View.OVERLAY
        self.opacity = 0.5
        self.hidden: frozenset[int] = frozenset()
        self.heatmap_class = 0
        self.classes: ClassSet | None = None
        self.prediction: ProbabilityMap | None = None
        self.preview: Bytes | None = None
        self.draft: Bytes | None = None
        self.patch: StrokePreview | None = None
        self.patch_is_ignore = False
        self.toned = TonedImage()
        self._levels: list[Bytes] = []
        self._labels: Bytes | None = None
        self._provenance: Bytes | None = None

    def set_image(self, image: Bytes | None, levels: Sequence[Bytes], label_map: LabelMap | None) -> None:
        """Show an image (uint8 [H, W, 3], with its `pyramid`) under a label map that may change in place."""
        self._levels = [] if image is None else [np.ascontiguousarray(image), *levels]
        self.toned.set_levels(self._levels)
        self._labels = None if label_map is None else label_map.labels
        self._provenance = None if label_map is None else label_map.provenance
        self.preview = self.draft = self.patch = None

    @property
    def size(self) -> QSize:
        """Of the image; empty when there is none."""
        return QSize(self._levels[0].shape[1], self._levels[0].shape[0]) if self._levels else QSize()

    def draw(self, painter: QPainter, transform: ViewTransform, dirty: QRect, view: QRect) -> None:
        """Paint the part ``dirty`` of the viewport ``view`` (both in view pixels)."""
        if not self._levels:
            return
        self._draw_image(painter, transform, view)
        labels = next((each for each in (self.preview, self.draft) if each is not None), self._labels)
        if labels is not None and self.classes is not None:
            self._draw_over(painter, transform, dirty, view, labels, self.classes)
            if self.shows_labels and IGNORE_INDEX not in self.hidden:
                self._draw_ignored(painter, transform, dirty, labels)
        if transform.scale > GRID_SCALE:
            self._draw_grid(painter, transform, dirty)

    @property
    def shows_prediction(self) -> bool:
        """Whether the view is one that needs a prediction."""
        return self.view in (View.HEATMAP, View.UNCERTAINTY, View.CHANGES)

    @property
    def shows_labels(self) -> bool:
        """Whether the view is one that shows labels."""
        return self.view in (View.OVERLAY, View.OUTLINES, View.CHANGES)

    @property
    def has_prediction(self) -> bool:
        """Whether there is a prediction of this image."""
        return self.prediction is not None and self._labels is not None and self.prediction.shape == self._labels.shape

    @property
    def has_heatmap(self) -> bool:
        """Whether the prediction has the class of the heatmap."""
        return self.prediction is not None and bool((self.prediction.indices == self.heatmap_class).any())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _draw_image(self, painter: QPainter, transform: ViewTransform, view: QRect) -> None:
        # The smallest level that still has at least one pixel for each view pixel.
        ratio = painter.device().devicePixelRatioF()
        level = 0
        while level + 1 < len(self._levels) and transform.scale * ratio * 2 ** (level + 1) <= 1.0:
            level += 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, transform.scale * ratio < CRISP_SCALE)
        if self.toned.tone.is_plain:
            self._draw_scaled(painter, transform, view, _rgb(self._levels[level]))
        else:
            self._draw_toned(painter, transform, view, level)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _draw_over(
        self,
        painter: QPainter,
        transform: ViewTransform,
        dirty: QRect,
        view: QRect,
        labels: Bytes,
        classes: ClassSet,
    ) -> None:
        if self.view is View.OVERLAY:
            table = class_table(classes, self.opacity, self.hidden)
            if self.patch is None:
                self._draw_scaled(painter, transform, view, _indexed(labels, table))
            else:
                self._draw_patched(painter, transform, dirty, labels, self.patch, table)
        elif self.view is View.OUTLINES:
            self._draw_outlines(painter, transform, dirty, labels, classes)
        elif self.prediction is None or self.prediction.shape != labels.shape:
            return
        elif self.view is View.CHANGES:
            self._draw_changes(painter, transform, dirty, labels, self.prediction.labels, classes)
        elif (values := self._map(self.prediction)) is not None:
            alpha = round(255 * (1 - (1 - self.opacity) ** 2))
            table = heat_table(VIRIDIS if self.view is View.HEATMAP else INFERNO, alpha)
            self._draw_scaled(painter, transform, view, _indexed(values, table))

    def _map(self, prediction: ProbabilityMap) -> Bytes | None:
        if self.view is View.UNCERTAINTY:
            return np.ascontiguousarray(prediction.uncertainty)
        channel = np.flatnonzero(prediction.indices == self.heatmap_class)
        if self.view is not View.HEATMAP or not channel.size:
            return None
        return np.ascontiguousarray(prediction.probabilities[channel[0]])

    def _draw_scaled(self, painter: QPainter, transform: ViewTransform, view: QRect, picture: QImage) -> None:
        """Paint a picture of the whole image, which may be smaller than the image, where the image is.

        The source is what the viewport shows, not what is dirty: parts painted at different times fit without a seam.
        """
        size = self.size
        visible = transform.visible(view, size, margin=8)
        fx, fy = picture.width() / size.width(), picture.height() / size.height()
        source = QRectF(visible.x() * fx, visible.y() * fy, visible.width() * fx, visible.height() * fy)
        painter.drawImage(transform.rect_to_view(QRectF(visible)), picture, source)

    def _draw_toned(self, painter: QPainter, transform: ViewTransform, view: QRect, level: int) -> None:
        """Paint the image of a level through the tone."""
        height, width, _ = self._levels[level].shape
        visible = transform.visible(view, self.size, margin=8)
        fx, fy = width / self.size.width(), height / self.size.height()
        source = QRectF(visible.x() * fx, visible.y() * fy, visible.width() * fx, visible.height() * fy)
        around = source.toAlignedRect().intersected(QRect(0, 0, width, height))
        if not around.isEmpty():
            picture = _rgb(self.toned.part(level, around))
            painter.drawImage(transform.rect_to_view(QRectF(visible)), picture, source.translated(-around.topLeft()))

    def _draw_patched(
        self,
        painter: QPainter,
        transform: ViewTransform,
        dirty: QRect,
        labels: Bytes,
        patch: StrokePreview,
        table: list[int],
    ) -> None:
        """Paint the labels that are in ``dirty``, and in their place the patch where it is painted."""
        area = transform.visible(dirty, self.size, margin=math.ceil(2 / transform.scale) + 1)
        if area.isEmpty():
            return
        x, y = area.left(), area.top()
        part = labels[y : y + area.height(), x : x + area.width()].copy()
        box = patch.box
        both = Box(box.left - x, box.top - y, box.right - x, box.bottom - y).clipped(*part.shape)
        if not both.is_empty:
            left, top = both.left + x - box.left, both.top + y - box.top
            source = Box(left, top, left + both.width, top + both.height).slices
            np.copyto(part[both.slices], patch.labels[source], where=patch.painted[source])
        painter.drawImage(transform.rect_to_view(QRectF(area)), _indexed(part, table))

    def _draw_outlines(
        self, painter: QPainter, transform: ViewTransform, dirty: QRect, labels: Bytes, classes: ClassSet
    ) -> None:
        """Paint borders of equal width at every zoom: found among the labels as the screen shows them."""
        import cv2  # only now: the window must be seen soon

        around = dirty.adjusted(-OUTLINE_WIDTH, -OUTLINE_WIDTH, OUTLINE_WIDTH, OUTLINE_WIDTH)
        area = inside(transform, self.size, around)
        seen = sample(labels, transform, area, self.patch)
        if not seen.size:
            return
        reach = np.ones((2 * OUTLINE_WIDTH + 1, 2 * OUTLINE_WIDTH + 1), np.uint8)
        seen[cv2.dilate(seen, reach) == cv2.erode(seen, reach)] = IGNORE_INDEX
        self._draw_colored(painter, area.topLeft(), seen, class_table(classes, 1.0, self.hidden))

    def _draw_changes(
        self,
        painter: QPainter,
        transform: ViewTransform,
        dirty: QRect,
        labels: Bytes,
        predicted: Bytes,
        classes: ClassSet,
    ) -> None:
        """Paint the label where it differs from the prediction, and dim all else.

        What became unlabelled or a hidden class is seen, too: as a pale area.
        """
        area = inside(transform, self.size, dirty)
        seen = sample(labels, transform, area, self.patch)
        same = seen == sample(predicted, transform, area)
        painter.fillRect(area, QColor(*SAME))
        pale = not_drawn(self.hidden)[seen] & ~same
        if pale.any():
            self._draw_colored(painter, area.topLeft(), pale.view(np.uint8), [0, qRgba(*NOT_DRAWN)])
        seen[same] = IGNORE_INDEX
        self._draw_colored(painter, area.topLeft(), seen, class_table(classes, 0.9, self.hidden))

    def _draw_ignored(self, painter: QPainter, transform: ViewTransform, dirty: QRect, labels: Bytes) -> None:
        """Hatch what a person has labelled as ignore, as wide on the screen at every zoom."""
        area = inside(transform, self.size, dirty)
        if area.isEmpty() or self._provenance is None:
            return
        seen = sample(labels, transform, area, self.patch)
        if (seen == IGNORE_INDEX).any():
            patch = self.patch if self.patch_is_ignore else None
            where = is_ignored(seen, sample(self._provenance, transform, area, patch, Provenance.PAINTED))
            if where.any():
                draw_hatch(painter, area, where, self.opacity, round(transform.left), round(transform.top))

    @staticmethod
    def _draw_colored(painter: QPainter, corner: QPoint, values: Bytes, table: list[int]) -> None:
        """Paint values (uint8, one for each view pixel) through a colour table."""
        if not values.size:
            return
        painter.drawImage(corner, _indexed(values, table))

    def _draw_grid(self, painter: QPainter, transform: ViewTransform, dirty: QRect) -> None:
        area = transform.visible(dirty, self.size, margin=1)
        box = transform.rect_to_view(QRectF(area))
        strength = min(1.0, 0.4 + 0.6 * (transform.scale - GRID_SCALE) / (GRID_FULL - GRID_SCALE))
        for value, alpha, shift in ((0, 70, 0), (255, 40, 1)):
            painter.setPen(QPen(QColor(value, value, value, round(alpha * strength)), 0))
            for x in range(area.left(), area.left() + area.width() + 1):
                at = x * transform.scale + transform.left + shift
                painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
            for y in range(area.top(), area.top() + area.height() + 1):
                at = y * transform.scale + transform.top + shift
                painter.drawLine(QPointF(box.left(), at), QPointF(box.right(), at))
