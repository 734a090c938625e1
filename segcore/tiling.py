"""Tiles: a large image in overlapping pieces whose results blend without a seam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRID = 32
"""Tiles begin at multiples of this, so that a network that halves its input five times samples the same pixels."""


@dataclass(frozen=True)
class Tile:
    """A piece of an image.

    Attributes
    ----------
    rows, columns : slice
        Its place.
    weight : NDArray[np.float32]
        Its share in the result, 0-1, of the piece's size. The weights of all tiles sum to 1 at each pixel.
    """

    rows: slice
    columns: slice
    weight: NDArray[np.float32]


def tiles_for(height: int, width: int, side: int) -> list[Tile]:
    """Cover height x width pixels with tiles of at most ``side`` x ``side`` (at least 64), row by row.

    Neighbours share an eighth of ``side`` or 64 pixels, whichever is more, but never above half a side. In the outer
    quarter of that strip, where a network misses its surroundings, a tile counts nothing; over the middle half its
    weight rises as a raised cosine.
    """
    vertical, horizontal = _pieces(height, side), _pieces(width, side)
    return [
        Tile(rows, columns, row_weight[:, None] * column_weight[None, :])
        for rows, row_weight in vertical
        for columns, column_weight in horizontal
    ]


def _pieces(length: int, side: int) -> list[tuple[slice, NDArray[np.float32]]]:
    """Cut one axis: slices, and for each the weight of its pixels; the weights sum to 1 at each place."""
    side = max(2 * GRID, side // GRID * GRID)
    overlap = min(side // 2, max(64, side // 8)) // GRID * GRID
    starts = [0]
    while starts[-1] + side < length:
        last = -(-(length - side) // GRID) * GRID
        starts.append(min(starts[-1] + side - overlap, last))
    slices = [slice(start, min(start + side, length)) for start in starts]
    rise = np.clip((np.arange(overlap) + 0.5 - overlap / 4) / (overlap / 2), 0.0, 1.0)
    rise = 0.5 - 0.5 * np.cos(np.pi * rise)
    weights, total = [], np.zeros(length)
    for number, piece in enumerate(slices):
        weight = np.ones(piece.stop - piece.start)
        size = min(overlap, len(weight))
        if number > 0:
            weight[:size] *= rise[:size]
        if number < len(slices) - 1:
            weight[-size:] *= rise[::-1][-size:]
        total[piece] += weight
        weights.append(weight)
    return [(piece, (weight / total[piece]).astype(np.float32)) for piece, weight in zip(slices, weights, strict=True)]
