"""Tiles: a large image in overlapping pieces whose results blend without a seam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRID = 32
"""Tiles begin at multiples of this, so that a network that halves its input five times reads the same pixels."""


@dataclass(frozen=True)
class Tile:
    """A piece of an image.

    Attributes
    ----------
    rows, columns : slice
        Its place.
    row_weight, column_weight : NDArray[np.float32]
        Along each axis its share in the result, 0-1, of the piece's height and width.
    """

    rows: slice
    columns: slice
    row_weight: NDArray[np.float32]
    column_weight: NDArray[np.float32]

    @property
    def weight(self) -> NDArray[np.float32]:
        """Float32 [h, w], 0-1: the product of both. The weights of all tiles sum to 1 at each pixel."""
        return self.row_weight[:, None] * self.column_weight[None, :]


def tiles_for(height: int, width: int, side: int, overlap: int | None = None) -> list[Tile]:
    """Cover an image with tiles, row by row.

    Parameters
    ----------
    height, width : int
        The image, 1 or more.
    side : int
        The longest side of a tile; counts as the multiple of 32 below it, and at least 64.
    overlap : int or None
        How many pixels neighbours share: counts as the multiple of 32 below it, at least 32 and at most half a side.
        None: an eighth of ``side``, but at least 64.

    Returns
    -------
    list[Tile]
        In the outer quarter of the shared strip, where a network misses its surroundings, a tile counts nothing; over
        the middle half its weight rises as a raised cosine.
    """
    vertical, horizontal = _pieces(height, side, overlap), _pieces(width, side, overlap)
    return [
        Tile(rows, columns, row_weight, column_weight)
        for rows, row_weight in vertical
        for columns, column_weight in horizontal
    ]


def _pieces(length: int, side: int, overlap: int | None) -> list[tuple[slice, NDArray[np.float32]]]:
    """Cut one axis: slices, and for each the weight of its pixels; the weights sum to 1 at each place."""
    if length <= side:
        return [(slice(0, length), np.ones(length, np.float32))]
    side = max(2 * GRID, side // GRID * GRID)
    overlap = max(64, side // 8) if overlap is None else max(GRID, overlap)
    overlap = min(side // 2, overlap) // GRID * GRID
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
