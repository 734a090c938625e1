"""ViewLayers: draws the image and the layers over it, each with its own opacity."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.canvas.color_tables import INFERNO, VIRIDIS, class_table, heat_table
from app.canvas.label_layers import LabelLayers, indexed, rgb
from app.canvas.toned_image import TonedImage
from app.canvas.view_transform import ViewTransform
from app.document.stroke_preview import StrokePreview
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap

CRISP_SCALE = 1.0
"""Screen pixels for one image pixel from which on pixels are drawn as squares."""
GRID_SCALE = 8.0
"""View pixels for one image pixel above which there is a grid between them."""
GRID_FULL = 24.0
"""Likewise, from which on the grid is as strong as it gets."""

Bytes = NDArray[np.uint8]


class View(Enum):
    """A layer over the image; `IMAGE` is no layer at all."""

    OVERLAY = "overlay"
    OUTLINES = "outlines"
    IMAGE = "image"
    HEATMAP = "heatmap"
    UNCERTAINTY = "uncertainty"
    CHANGES = "changes"


LAYERS = (View.UNCERTAINTY, View.HEATMAP, View.OVERLAY, View.CHANGES, View.OUTLINES)
"""What lies over the image, from below."""
LABELS = frozenset({View.OVERLAY, View.OUTLINES, View.CHANGES})
PREDICTED = frozenset({View.HEATMAP, View.UNCERTAINTY})
"""Layers that show labels, and layers that need a prediction in any case."""
OPACITIES = {
    View.OVERLAY: 0.5,
    View.OUTLINES: 1.0,
    View.HEATMAP: 0.75,
    View.UNCERTAINTY: 0.75,
    View.CHANGES: 1.0,
}
"""Of each layer at first, 0.0-1.0."""


class ViewLayers:
    """Draws arrays that exist already through colour tables: another view, colour or opacity computes no pixel.

    Attributes
    ----------
    shown : frozenset[View]
        The layers over the image.
    opacities : dict[View, float]
        0.0-1.0, of each layer.
    hidden : frozenset[int]
        Class values that are not shown.
    heatmap_class : int
        The class value whose probability the heatmap shows.
    compared : Bytes | None
        Labels, uint8 [H, W], that the changes are those to; None: the prediction's.
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
        self.shown = frozenset({View.OVERLAY})
        self.opacities = dict(OPACITIES)
        self.hidden: frozenset[int] = frozenset()
        self.heatmap_class = 0
        self.classes: ClassSet | None = None
        self.prediction: ProbabilityMap | None = None
        self.compared: Bytes | None = None
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
        self.compared = self.preview = self.draft = self.patch = None

    def shows(self, other: ViewLayers) -> bool:
        """Whether ``other`` shows the same image, perhaps under other labels."""
        return bool(self._levels) and bool(other._levels) and self._levels[0] is other._levels[0]

    @property
    def levels(self) -> tuple[Bytes, ...]:
        """The image at 1/2, 1/4, ... of its size."""
        return tuple(self._levels[1:])

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
            ratio = painter.device().devicePixelRatioF()
            over = LabelLayers(transform, self.size, dirty, labels, self.patch, self.classes, self.hidden, ratio)
            for layer in LAYERS:
                if layer in self.shown and self.opacities[layer] > 0:
                    self._draw_layer(painter, transform, view, layer, over)
            if self.shows_labels and IGNORE_INDEX not in self.hidden and self._provenance is not None:
                opacity = max(self.opacities[layer] for layer in self.shown & LABELS)
                over.draw_ignored(painter, self._provenance, opacity, self.patch_is_ignore)
        if transform.scale > GRID_SCALE:
            self._draw_grid(painter, transform, dirty)

    @property
    def shows_prediction(self) -> bool:
        """Whether one of the layers needs a prediction."""
        return bool(self.shown & PREDICTED) or (View.CHANGES in self.shown and self.compared is None)

    @property
    def shows_labels(self) -> bool:
        """Whether one of the layers shows labels."""
        return bool(self.shown & LABELS)

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
        if self.toned.is_plain:
            self._draw_scaled(painter, transform, view, rgb(self._levels[level]))
        else:
            self._draw_toned(painter, transform, view, level)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _draw_layer(
        self, painter: QPainter, transform: ViewTransform, view: QRect, layer: View, over: LabelLayers
    ) -> None:
        opacity, prediction = self.opacities[layer], self.prediction
        if layer is View.OVERLAY:
            if self.patch is not None:
                over.draw_patched(painter, opacity)
            else:
                table = class_table(over.classes, opacity, self.hidden)
                self._draw_scaled(painter, transform, view, indexed(over.labels, table))
        elif layer is View.OUTLINES:
            over.draw_outlines(painter, opacity)
        elif layer is View.CHANGES and self.compared is not None:
            over.draw_changes(painter, self.compared, opacity)
        elif prediction is None or prediction.shape != over.labels.shape:
            return
        elif layer is View.CHANGES:
            over.draw_changes(painter, prediction.labels, opacity)
        elif (values := self._map(prediction, layer)) is not None:
            table = heat_table(VIRIDIS if layer is View.HEATMAP else INFERNO, round(255 * opacity))
            self._draw_scaled(painter, transform, view, indexed(values, table))

    def _map(self, prediction: ProbabilityMap, layer: View) -> Bytes | None:
        if layer is View.UNCERTAINTY:
            return np.ascontiguousarray(prediction.uncertainty)
        channel = np.flatnonzero(prediction.indices == self.heatmap_class)
        return np.ascontiguousarray(prediction.probabilities[channel[0]]) if channel.size else None

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
            picture = rgb(self.toned.part(level, around))
            painter.drawImage(transform.rect_to_view(QRectF(visible)), picture, source.translated(-around.topLeft()))

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
