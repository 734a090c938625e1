"""Pieces: connected regions of one class in a label map, which formats of objects want as instances."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.formats.polygons import Polygon, polygon_of
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import values_in


@dataclass(frozen=True)
class Piece:
    """An object of one class.

    Attributes
    ----------
    value : int
        Its class.
    left, top : int
        Of the box that holds it, in pixels.
    mask : NDArray[np.bool_]
        [h, w] in this box.
    polygons : tuple[Polygon, ...]
        Its outlines in the image, one for each part whose pixels are connected by their sides.
    """

    value: int
    left: int
    top: int
    mask: NDArray[np.bool_]
    polygons: tuple[Polygon, ...]

    def in_image(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Bool [H, W] of the whole image."""
        whole = np.zeros(shape, np.bool_)
        height, width = self.mask.shape
        whole[self.top : self.top + height, self.left : self.left + width] = self.mask
        return whole


def pieces_of(
    labels: NDArray[np.uint8], leave_out: Collection[int] = (), one_object_a_class: bool = False
) -> Iterator[Piece]:
    """Yield the connected regions of a label map, uint8 [H, W], class by class; 255 and ``leave_out`` are none.

    Pixels are connected by their sides. With ``one_object_a_class``, all pixels of a class are one piece.
    """
    for value in values_in(labels):
        if value == IGNORE_INDEX or value in leave_out:
            continue
        parts = _parts(labels == value, value)
        if one_object_a_class:
            yield _joined(list(parts), value)
        else:
            yield from parts


def _parts(mask: NDArray[np.bool_], value: int) -> Iterator[Piece]:
    import cv2

    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    box = np.ascontiguousarray(mask.view(np.uint8)[y : y + height, x : x + width])
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(box, connectivity=4)
    for number in range(1, count):
        left, top, width, height = boxes[number, :4].tolist()
        own = numbers[top : top + height, left : left + width] == number
        yield Piece(value, left + x, top + y, own, (polygon_of(own).moved(left + x, top + y),))


def _joined(parts: list[Piece], value: int) -> Piece:
    left, top = min(each.left for each in parts), min(each.top for each in parts)
    right = max(each.left + each.mask.shape[1] for each in parts)
    bottom = max(each.top + each.mask.shape[0] for each in parts)
    mask = np.zeros((bottom - top, right - left), np.bool_)
    for each in parts:
        rows = slice(each.top - top, each.top - top + each.mask.shape[0])
        mask[rows, each.left - left : each.left - left + each.mask.shape[1]] |= each.mask
    return Piece(value, left, top, mask, tuple(polygon for each in parts for polygon in each.polygons))
