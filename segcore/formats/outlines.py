"""Outlines: the objects of a label map as polygons, for the formats that store polygons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference
from segcore.formats.pieces import Piece, pieces_of
from segcore.formats.polygons import fill, simplified
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.palette import is_background


def outlined(
    labels: NDArray[np.uint8], classes: ClassSet, options: ExportOptions
) -> tuple[list[Piece], list[Difference]]:
    """Return the objects of a label map, uint8 [H, W], with polygons as wanted, and what they cannot say.

    The background class is left out unless it is wanted: pixels outside all objects are background then.
    """
    left_out = [each.index for each in classes if is_background(each.name) and not options.background]
    pieces = list(pieces_of(labels, left_out, options.one_object_a_class))
    different = []
    if left_out and (ignored := int((labels == IGNORE_INDEX).sum())):
        different.append(Difference("are ignore (255), which the format cannot tell from background", ignored))
    if options.tolerance > 0:
        pieces = [
            replace(each, polygons=tuple(simplified(polygon, options.tolerance) for polygon in each.polygons))
            for each in pieces
        ]
        objects = np.where(np.isin(labels, left_out), np.uint8(IGNORE_INDEX), labels)
        if changed := int((drawn(pieces, objects.shape) != objects).sum()):
            different.append(Difference("differ, because polygons approximate their borders", changed))
    return pieces, different


def drawn(pieces: Sequence[Piece], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Uint8 [H, W]: the polygons of pieces, drawn one over the other; 255 outside of them."""
    labels = np.full(shape, IGNORE_INDEX, np.uint8)
    for piece in pieces:
        for polygon in piece.polygons:
            rows, columns, mask = fill(polygon.rings(), (shape[0], shape[1]))
            labels[rows, columns][mask] = piece.value
    return labels


def points_of(ring: NDArray[np.float64]) -> list[list[float]]:
    """[N, 2] -> ``[[x, y], …]`` for JSON: two decimals, whole numbers without."""
    rounded = np.round(ring, 2).tolist()
    return [[int(x) if x == int(x) else x, int(y) if y == int(y) else y] for x, y in rounded]
