"""Outlines and stripes are found for each pixel of the screen, of which a view pixel may have several."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from app.canvas.label_layers import LabelLayers
from app.canvas.view_transform import ViewTransform, magnified
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet((SegClass(0, "road", (0, 0, 0), shown=True), SegClass(1, "car", (255, 0, 0))))


def outlined(ratio: float, dirty: QRect) -> np.ndarray:
    """Bool [h, w], on the screen: where the outline of the right half of an image of 10x10 view pixels is red."""
    labels = np.zeros((20, 20), np.uint8)
    labels[:, 10:] = 1
    picture = QImage(round(10 * ratio), round(10 * ratio), QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.setDevicePixelRatio(ratio)
    painter = QPainter(picture)
    painter.setClipRect(dirty)
    over = LabelLayers(ViewTransform(0.5), QSize(20, 20), dirty, labels, None, CLASSES, frozenset(), ratio)
    over.draw_outlines(painter, 1.0)
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    return pixels[..., 2] > 128


@pytest.mark.parametrize(("ratio", "columns"), [(1.0, [5, 6]), (1.5, [7, 8, 9]), (2.0, [10, 11, 12, 13])])
def test_an_outline_is_two_view_pixels_wide_on_each_side(ratio, columns):
    whole = outlined(ratio, QRect(0, 0, 10, 10))
    assert [np.flatnonzero(row).tolist() for row in whole] == [columns] * round(10 * ratio)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_parts_that_are_painted_one_by_one_fit(ratio):
    parts = [outlined(ratio, QRect(left, 0, 2, 10)) for left in range(0, 10, 2)]
    assert (np.logical_or.reduce(parts) == outlined(ratio, QRect(0, 0, 10, 10))).all()


def test_a_part_of_a_view_pixel_is_painted_whole():
    assert magnified(QRect(1, 1, 1, 2), 1.5) == QRect(1, 1, 2, 4)
    assert magnified(QRect(1, 1, 1, 2), 2.0) == QRect(2, 2, 2, 4)
