"""ConfirmTool: lets a piece of a label count as checked by a person, without painting it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, qRgba

from app.appearance.numbers import whole
from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, RIGHT, Pointer, Tool
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from segcore.editing import Recorder
from segcore.editing.box import EMPTY, Box
from segcore.editing.brush import NOTHING, Covered
from segcore.editing.confirming import confirmed, unconfirmed
from segcore.editing.fill import region_at
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance

VEIL, LIGHT = qRgba(0, 0, 0, 130), qRgba(255, 255, 255, 70)
"""Over what nobody has checked, and over the piece under the pointer."""


class ConfirmTool(Tool):
    """Left confirms the piece under the pointer, and those that it is dragged over; right, or Ctrl held, takes it back.

    While it is in use, what does not count as truth is dimmed.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._back = False
        self._chosen: list[Covered] = []  # while the button is held
        self._held = False
        self._at: tuple[int, int] | None = None
        self._piece: Covered = NOTHING
        document.image_changed.connect(self._forget)
        document.labels_changed.connect(lambda _: self._find() if self._at is not None else None)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Click what is right: it counts as checked. What is dimmed is not checked yet.")

    def press(self, pointer: Pointer) -> None:
        """Choose the piece under the pointer."""
        self.document.settle()
        self._held, self._back = True, pointer.button == RIGHT or pointer.holds(CTRL)
        self._choose(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Choose the next piece, too."""
        if self._held:
            self._choose(pointer)

    def release(self, pointer: Pointer) -> None:
        """Confirm what was chosen, or take that back."""
        chosen, back = self._chosen, self._back
        self._chosen, self._held = [], False
        label_map = self.document.label_map
        if not chosen or label_map is None:
            return
        box = EMPTY
        for piece in chosen:
            box = box.united(piece.box)
        name = self.tr("Take confirmation back") if back else self.tr("Confirm")
        pixels = sum(int(np.count_nonzero(_new(label_map, piece, back))) for piece in chosen)
        if pixels:
            stroke = None if back else Recorder(label_map, name)
            self.document.change(partial(_changed, unconfirmed if back else confirmed, chosen), name, box, stroke)
            text = self.tr("Not checked any more: {n} pixels") if back else self.tr("Checked: {n} pixels")
            self.message.emit(text.format(n=whole(pixels)))
        else:
            self.message.emit(
                self.tr("Nothing here is confirmed.") if back else self.tr("This is painted or confirmed already.")
            )
        self.preview_changed.emit()

    def cancel(self) -> bool:
        """Drop what was chosen."""
        had = bool(self._chosen)
        self._chosen, self._held = [], False
        if had:
            self.preview_changed.emit()
        return had

    def hover(self, pointer: Pointer | None) -> None:
        """Highlight the piece under the pointer."""
        before = self._piece
        self._go_to(pointer)
        if self._piece is not before:
            self.preview_changed.emit()

    def leave(self) -> None:
        """Dim nothing."""
        super().leave()
        self._forget()

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Dim what is not checked, and light up what is chosen."""
        label_map = self.document.label_map
        if label_map is None:
            return
        height, width = label_map.shape
        area = transform.visible(painter.viewport(), QSize(width, height), margin=8)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        veil = [VEIL if value < Provenance.PAINTED else 0 for value in Provenance]
        painter.drawImage(transform.rect_to_view(QRectF(area)), _picture(label_map.provenance, veil), QRectF(area))
        for box, mask in (*self._chosen, self._piece):
            part = area & QRect(box.left, box.top, box.width, box.height)
            if not part.isEmpty():
                source = QRectF(part.translated(-box.left, -box.top))
                painter.drawImage(
                    transform.rect_to_view(QRectF(part)), _picture(mask.view(np.uint8), [0, LIGHT]), source
                )

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return where the image is."""
        label_map = self.document.label_map
        if label_map is None:
            return QRectF()
        return transform.rect_to_view(QRectF(0, 0, label_map.shape[1], label_map.shape[0]))

    def _choose(self, pointer: Pointer) -> None:
        before = self._piece
        self._go_to(pointer)
        if self._piece.box.is_empty:
            if not self._chosen:
                self.message.emit(self.tr("There is no label here to confirm."))
        elif not self._chosen or self._piece is not before:
            if self._at is not None and not any(piece.has(*self._at) for piece in self._chosen):
                self._chosen.append(self._piece)
            self.preview_changed.emit()

    def _go_to(self, pointer: Pointer | None) -> None:
        self._at = None if pointer is None else (math.floor(pointer.point.x), math.floor(pointer.point.y))
        if self._at is None or not self._piece.has(*self._at):
            self._find()

    def _find(self) -> None:
        label_map, at = self.document.label_map, self._at
        if label_map is None or at is None or self.document.label_at(*at) in (None, IGNORE_INDEX):
            self._piece = NOTHING
        else:
            box, mask = region_at(label_map.labels, *at)
            self._piece = Covered(box, np.ascontiguousarray(mask))

    def _forget(self) -> None:
        self._chosen, self._held, self._at, self._piece = [], False, None, NOTHING


def _new(label_map: LabelMap, piece: Covered, back: bool) -> NDArray[np.bool_]:
    """Return which pixels of a piece would change."""
    provenance = label_map.provenance[piece.box.slices]
    return piece.mask & ((provenance >= Provenance.CONFIRMED) if back else (provenance < Provenance.PAINTED))


def _changed(
    change: Callable[[LabelMap, Box, Covered], LabelMap], pieces: list[Covered], tile: LabelMap, box: Box
) -> LabelMap:
    """Return a tile with each piece confirmed, or not confirmed any more."""
    for piece in pieces:
        tile = change(tile, box, piece)
    return tile


def _picture(values: NDArray[np.uint8], table: list[int]) -> QImage:
    """Return values, uint8 [h, w], as a picture over the same memory, with a colour for each value."""
    height, width = values.shape
    picture = QImage(values.data, width, height, values.strides[0], QImage.Format.Format_Indexed8)
    picture.setColorTable(table)
    return picture
