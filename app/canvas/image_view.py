"""ImageView: the document's image under its labels, moved and zoomed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.action_text import named
from app.canvas.channel_mix import ChannelMix
from app.canvas.flash import Flash
from app.canvas.layers import LAYERS, View, ViewLayers
from app.canvas.legend import Legend
from app.canvas.legend_content import legend_of, name_of
from app.canvas.notes import draw_note, draw_outline
from app.canvas.other_side import OtherSide
from app.canvas.view_transform import MAX_SCALE, ViewTransform
from app.document.document import Document
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.images.pyramid import pyramid
from segcore.images.tone import Tone
from segcore.labels.classes import IGNORE_INDEX

ZOOM_STEP = 1.25


class ImageView(QWidget):
    """Paints only what changed; knows nothing of tools."""

    zoom_changed = Signal(float)
    """View pixels for one image pixel; 1.0 is 100 %."""
    layers_changed = Signal(frozenset)
    """These layers (`View`) are shown."""
    looks_changed = Signal()
    """Layers, colours or tone are others, or the image is elsewhere in the view."""
    moved = Signal()
    """Other pixels of the image are visible, or they are larger or smaller."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.transform = ViewTransform()
        self._layers = ViewLayers()
        self.other = OtherSide(self._layers, self)
        self.other.changed.connect(self.update)
        self.other.changed.connect(self._tell_colors)
        self._class_legend = False
        self._mix: ChannelMix | None = None
        self._fitted = True
        self._place, self._still = QPoint(), QTimer(self, singleShot=True, interval=200)  # all is laid out by then
        self._position: QPointF | None = None  # of the pointer, while it is over the view or drags
        self._pan_from: QPointF | None = None  # where it took hold of the image
        self._note = ""
        self._outlined: QRect | None = None
        self.predict_action: QAction | None = None
        """What a view without a prediction names to make one."""
        self.legend = Legend(self)
        self._flash = Flash(self)
        self._flash.changed.connect(self._show_flash)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(72, 120)
        document.image_changed.connect(self._show_image)
        document.labels_changed.connect(self._show_labels)
        document.patch_changed.connect(self._show_patch)
        document.prediction_changed.connect(self._show_prediction)
        document.classes_changed.connect(self._show_classes)
        self._show_classes()
        self._show_image()

    # -- looks -------------------------------------------------------------------------------------------------------

    @property
    def layers(self) -> frozenset[View]:
        """What is shown over the image."""
        return self._layers.shown

    @layers.setter
    def layers(self, layers: Collection[View]) -> None:
        shown = frozenset(layers) - {View.IMAGE}
        if shown != self._layers.shown:
            self._layers.shown = shown
            self._tell_colors()
            self._show_looks()
            self.layers_changed.emit(shown)

    @property
    def view(self) -> View:
        """The uppermost layer; with none, the image."""
        return next((layer for layer in reversed(LAYERS) if layer in self.layers), View.IMAGE)

    @view.setter
    def view(self, view: View) -> None:
        self.layers = frozenset({view})

    def show_layer(self, layer: View, shown: bool) -> None:
        """Show a layer with the others, or no longer."""
        self.layers = self.layers | {layer} if shown else self.layers - {layer}

    def set_opacity(self, layer: View, opacity: float) -> None:
        """Set the opacity of a layer, 0.0-1.0."""
        self._layers.opacities[layer] = min(max(float(opacity), 0.0), 1.0)
        if layer in self.layers:
            self._show_looks()

    @property
    def tone(self) -> Tone:
        """How bright the image is shown."""
        return self._layers.toned.tone

    @tone.setter
    def tone(self, tone: Tone) -> None:
        self._layers.toned.tone = tone
        self._show_looks()

    def show_channels(self, mix: ChannelMix | None) -> None:
        """Show the image as its channels mix it; None: as models see it."""
        self._mix = mix
        self._layers.toned.set_source(mix)
        self._show_looks()

    def stored_at(self, x: int, y: int) -> list[float]:
        """Return what the file stores at this pixel, one number a channel; empty while channels are not shown."""
        return self._mix.values_at(x, y) if self._mix is not None else []

    @property
    def hidden_classes(self) -> frozenset[int]:
        """Class values whose labels are not shown."""
        return self._layers.hidden

    @hidden_classes.setter
    def hidden_classes(self, values: frozenset[int]) -> None:
        self._layers.hidden = frozenset(values)
        self._tell_colors()
        self._show_looks()

    @property
    def legend_of_classes(self) -> bool:
        """Whether the legend has the classes, too, while labels are shown."""
        return self._class_legend

    @legend_of_classes.setter
    def legend_of_classes(self, shown: bool) -> None:
        self._class_legend = shown
        self._tell_colors()

    @property
    def heatmap_class(self) -> int:
        """Class value whose probability the heatmap shows."""
        return self._layers.heatmap_class

    @heatmap_class.setter
    def heatmap_class(self, value: int) -> None:
        self._layers.heatmap_class = value
        self._tell_colors()
        if View.HEATMAP in self.layers:
            self.update()

    @property
    def image_size(self) -> QSize:
        """In pixels of the image; empty without one."""
        return self._layers.size

    def smallest_level(self, least: QSize) -> NDArray[np.uint8] | None:
        """Return the image, uint8 [h, w, 3], at the smallest size that it is kept in and that is not below this."""
        levels = ([] if self.document.image is None else [self.document.image]) + list(self.levels)
        fits = [level for level in levels if level.shape[1] >= least.width() and level.shape[0] >= least.height()]
        return fits[-1] if fits else next(iter(levels), None)

    @property
    def levels(self) -> tuple[NDArray[np.uint8], ...]:
        """The image at 1/2, 1/4, ... of its size."""
        return self._layers.levels

    def _show_looks(self) -> None:
        self.update()
        self.looks_changed.emit()

    def flash(self, covered: Covered) -> None:
        """Highlight pixels for a moment, because their labels have changed; not where there are no animations."""
        if self._layers.shows_labels:
            self._flash.begin(covered)

    def preview_labels(self, labels: NDArray[np.uint8] | None, note: str = "", changed: QRect | None = None) -> None:
        """Show labels, uint8 [H, W], in place of the document's, with a note that says so; None: the document's again.

        Only ``changed`` is painted again, when given and when the note is the one before.
        """
        rect = self.transform.dirty(changed, margin=4) if changed is not None and note == self._note else self.rect()
        self._layers.preview, self._note = labels, note if labels is not None else ""
        self.update(rect)

    def show_draft(self, labels: NDArray[np.uint8] | None, changed: QRect) -> None:
        """Show labels, uint8 [H, W], in place of the document's until their own are there; None: the document's.

        Only ``changed`` is painted again, all when it is empty. `preview_labels` hides them.
        """
        self._layers.draft = labels
        self.update(self.rect() if changed.isEmpty() else self.transform.dirty(changed, margin=4))

    # -- navigation --------------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """View pixels for one image pixel; 1.0 is 100 %."""
        return self.transform.scale

    @property
    def visible_rect(self) -> QRect:
        """The pixels of the image that are in the view; empty when none is."""
        return self.transform.visible(self.rect(), self._layers.size, margin=0)

    def visible_box(self) -> Box:
        """Return `visible_rect` as a box."""
        rect = self.visible_rect
        return Box(rect.x(), rect.y(), rect.x() + rect.width(), rect.y() + rect.height())

    def fit(self) -> None:
        """Show the whole image; it stays fitted while the canvas changes its size."""
        self._fitted = True
        self._set_transform(ViewTransform.fitted(self._layers.size, self.size()))

    def show_box(self, box: QRect) -> None:
        """Bring these pixels of the image into the middle, with their surroundings, and outline them."""
        if self._layers.size.isEmpty():
            return
        self._fitted = False
        least = ViewTransform.fitted(self._layers.size, self.size()).scale
        self._set_transform(ViewTransform.around(QRectF(box), self.size(), least))
        self.outline(box)

    def outline(self, box: QRect | None) -> None:
        """Draw a thin line around these pixels of the image, until another image is shown; None: no line."""
        self._outlined = box
        self.update()

    @property
    def outlined(self) -> QRect | None:
        """What `outline` draws a line around."""
        return self._outlined

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom, with view position ``about`` (else the middle) staying where it is."""
        if self._layers.size.isEmpty():
            return
        self._fitted = False
        least = min(1.0, ViewTransform.fitted(self._layers.size, self.size()).scale / 2)
        middle = QPointF(self.width() / 2, self.height() / 2)
        scale = min(max(scale, least), MAX_SCALE)
        self._set_transform(self.transform.zoomed(scale, about if about is not None else middle))

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step away."""
        self.zoom_to(self.zoom / ZOOM_STEP)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the image by view pixels."""
        self._fitted = False
        self._set_transform(self.transform.moved(dx, dy))

    def centre_on(self, point: QPointF) -> None:
        """Bring this point of the image into the middle of the view."""
        self._fitted = False
        self._set_transform(self.transform.centred(point, self.size()))

    def _set_transform(self, transform: ViewTransform) -> None:
        if not self._layers.size.isEmpty():
            transform = transform.kept_visible(self._layers.size, self.size())
        zoomed = transform.scale != self.transform.scale
        if transform != self.transform:
            self.transform = transform
            self._show_looks()
            self.transformed()
            self.moved.emit()
        if zoomed:
            self.zoom_changed.emit(transform.scale)

    def keep_still(self) -> None:
        """Say that a row above comes or goes unasked: who points at the image, or has zoomed, finds it where it was."""
        self._still.start()

    def transformed(self) -> None:
        """React to the image being elsewhere in the view now (for subclasses)."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the image fitted, or its middle in the middle; after `keep_still` where it is on the screen."""
        grown, place = event.size() - event.oldSize(), self.mapTo(self.window(), QPoint())
        moved, self._place = place - self._place, place
        if self._still.isActive() and (self._position is not None or not self._fitted):
            self._position, self._pan_from = (at and at - moved for at in (self._position, self._pan_from))
            self._set_transform(self.transform.moved(-moved.x(), -moved.y()))
        elif self._fitted:
            self.fit()
        elif not self._layers.size.isEmpty() and event.oldSize().isValid():
            self._set_transform(self.transform.moved(round(grown.width() / 2), round(grown.height() / 2)))
        self.moved.emit()

    # -- what the document says --------------------------------------------------------------------------------------

    def _show_image(self) -> None:
        document = self.document
        levels = document.image_levels
        if document.image is not None and not levels:
            levels = pyramid(document.image)
        size, self._mix = self._layers.size, None
        self._layers.set_image(document.image, levels, document.label_map)
        self._flash.end()
        self._note, self._outlined = "", None
        self._layers.prediction = document.prediction
        self._tell_colors()
        if self._fitted or self._layers.size != size:
            self.fit()  # an image of the same size is shown at the same place, so that a person can compare
        self.update()

    def _show_labels(self, rect: QRect) -> None:
        if self._layers.shows_labels:
            self.update(self.transform.dirty(rect, margin=4))

    def _show_flash(self, rect: QRect) -> None:
        self.update(self.transform.dirty(rect, margin=4))

    def _show_patch(self, rect: QRect) -> None:
        self._layers.patch = self.document.patch
        self._layers.patch_is_ignore = self.document.active_class == IGNORE_INDEX
        self._show_labels(rect)

    def _show_prediction(self) -> None:
        self._layers.prediction = self.document.prediction
        self._tell_colors()
        if self._layers.shows_prediction:
            self.update()

    def _show_classes(self) -> None:
        self._layers.classes = self.document.classes
        self._tell_colors()
        self._show_looks()

    def _tell_colors(self) -> None:
        """Say what the colours of the layers mean."""
        self.legend.show_content(legend_of(self._layers, self.legend_of_classes))

    def _missing(self) -> str:
        """Return what the view lacks and how to get it; empty when it lacks nothing."""
        if not self._layers.shows_prediction:
            return ""
        if not self._layers.has_prediction:
            lacks = self.tr("There is no prediction of this image yet.")
        elif View.HEATMAP in self.layers and not self._layers.has_heatmap:
            lacks = self.tr("The prediction is older than the class “{name}”.").format(
                name=name_of(self._layers.classes, self.heatmap_class)
            )
        else:
            return ""
        if self.predict_action is None or not self.predict_action.isEnabled():
            return lacks
        advice = self.tr("Choose {action}.").format(action=named(self.predict_action))
        return f"{lacks} {advice}"

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint what changed."""
        painter = QPainter(self)
        # Several small rectangles far apart (a stroke, its ring) are cheaper one by one than the box around them.
        region = event.region()
        parts = [QRect(part) for part in cast("Iterable[QRect]", region)] if region.rectCount() <= 8 else [event.rect()]
        for dirty in parts:
            painter.setClipRect(dirty)
            painter.fillRect(dirty, self.palette().color(QPalette.ColorRole.Shadow))
            self._layers.draw(painter, self.transform, dirty, self.rect())
            self._flash.draw(painter, self.transform, dirty, self._layers.size)
            right = self.other.right_of_divider(self.rect())
            self.other.draw(painter, self.transform, dirty & right, self.rect(), self.palette())
        painter.setClipRegion(event.region())
        if self._layers.size.isEmpty():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            if self.document.project is None:
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Open a folder of images to begin"))
            return
        own = self.other.left_of_divider(self.rect())
        if missing := self._missing():
            draw_note(painter, own, self.palette(), missing)
        elif self._note and self._layers.shows_labels:
            draw_note(painter, own, self.palette(), self._note)
        if self._outlined is not None:
            draw_outline(painter, self.transform.rect_to_view(QRectF(self._outlined)))
        self.other.draw_title(painter, self.other.right_of_divider(self.rect()), self.palette())
        self.draw_preview(painter)

    def draw_preview(self, painter: QPainter) -> None:
        """Paint over all else (for subclasses)."""
