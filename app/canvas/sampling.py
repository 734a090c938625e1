"""Sampling: the values of an array at the pixels of the screen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from app.canvas.view_transform import ViewTransform
from app.document.stroke_preview import StrokePreview


def inside(transform: ViewTransform, image: QSize, area: QRect) -> QRect:
    """Return the part of ``area`` (view pixels) whose pixels have their centre in an image of this size."""
    place = transform.rect_to_view(QRectF(QPointF(), image))
    first_x, first_y = math.ceil(place.left() - 0.5), math.ceil(place.top() - 0.5)
    last_x, last_y = math.ceil(place.right() - 0.5), math.ceil(place.bottom() - 0.5)
    return area.intersected(QRect(first_x, first_y, last_x - first_x, last_y - first_y))


def sample(
    array: NDArray[np.uint8],
    transform: ViewTransform,
    area: QRect,
    patch: StrokePreview | None = None,
    painted_as: int | None = None,
) -> NDArray[np.uint8]:
    """Return array (uint8 [H, W]) at the centre of each view pixel of ``area``, which lies in the image.

    Where the patch is painted, its labels are in place of the array's, or the value ``painted_as``.
    """
    if area.isEmpty():
        return np.zeros((0, 0), np.uint8)
    height, width = array.shape
    x = (np.arange(area.left(), area.right() + 1) + 0.5 - transform.left) / transform.scale
    y = (np.arange(area.top(), area.bottom() + 1) + 0.5 - transform.top) / transform.scale
    columns_at, rows_at = np.clip(x.astype(np.intp), 0, width - 1), np.clip(y.astype(np.intp), 0, height - 1)
    part = array[rows_at[0] : rows_at[-1] + 1, columns_at[0] : columns_at[-1] + 1]
    # Not part.take(rows): where the part is not contiguous, NumPy would copy all of it first.
    seen: NDArray[np.uint8] = part[rows_at - rows_at[0]].take(columns_at - columns_at[0], axis=1)
    if patch is not None:
        box = patch.box
        rows = slice(*np.searchsorted(rows_at, (box.top, box.bottom)))
        columns = slice(*np.searchsorted(columns_at, (box.left, box.right)))
        new, where = (
            values.take(rows_at[rows] - box.top, axis=0).take(columns_at[columns] - box.left, axis=1)
            for values in (patch.labels, patch.painted)
        )
        np.copyto(seen[rows, columns], new if painted_as is None else np.uint8(painted_as), where=where)
    return seen
