"""Blending tiles in little memory: each pixel is given away as soon as its last tile was added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from segcore.images.tiling import Tile


@dataclass(frozen=True)
class Piece:
    """A part of the result that no later tile changes.

    Attributes
    ----------
    rows, columns : slice
        Its place.
    probabilities : NDArray[np.float32]
        [C, h, w], 0-1. A view that the next step overwrites.
    """

    rows: slice
    columns: slice
    probabilities: NDArray[np.float32]


Room = Callable[[tuple[int, ...]], NDArray[np.float32]]


def in_memory(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Uninitialised room for a strip."""
    return np.empty(shape, np.float32)


def blended(
    tiles: Sequence[Tile], forward: Callable[[Tile], NDArray[np.float32]], room: Room = in_memory
) -> Iterator[Piece]:
    """Add up what the tiles give, weighted, one piece a tile.

    Kept between tiles are only the strips that later ones share: one of a tile's height to the left, and one of the
    image's width above. The sums are taken in the order of the tiles, so the numbers are those of adding every tile
    into one array [C, H, W].

    Parameters
    ----------
    tiles : Sequence[Tile]
        As `tiles_for` orders them: row by row.
    forward : callable (Tile) -> NDArray[np.float32]
        [C, h, w] for a tile's pixels.
    room : callable (shape) -> NDArray[np.float32]
        Where the strip above is kept: with many classes it can be large, for the last row of tiles shares the more
        with the one before, the less of the image is left for it.

    Yields
    ------
    Piece
        Together they cover each pixel once.
    """
    lines = [list(line) for _, line in groupby(tiles, key=lambda tile: tile.rows.start)]
    ends = [line[0].rows.start for line in lines[1:]] + [lines[-1][0].rows.stop]
    widest, shared_height = lines[0][-1].columns.stop, 0
    tallest = max(line[0].rows.stop - end for line, end in zip(lines, ends, strict=True))
    above: NDArray[np.float32] | None = None
    for line, end in zip(lines, ends, strict=True):
        starts = [tile.columns.start for tile in line[1:]] + [widest]
        left: NDArray[np.float32] | None = None
        begun = 0
        for tile, stop in zip(line, starts, strict=True):
            share = forward(tile) * tile.weight
            if above is None:
                above = room((len(share), tallest, widest))
            shared_width = begun - tile.columns.start
            if left is not None:
                share[:, :, :shared_width] += left
            share[:, :shared_height, shared_width:] += above[:, :shared_height, begun : tile.columns.stop]
            begun = tile.columns.stop
            width, height = stop - tile.columns.start, end - tile.rows.start
            left = share[:, :, width:].copy()
            # What is overwritten here was read above: `begun` is never left of `stop`.
            above[:, : share.shape[1] - height, tile.columns.start : stop] = share[:, height:, :width]
            yield Piece(slice(tile.rows.start, end), slice(tile.columns.start, stop), share[:, :height, :width])
        shared_height = line[0].rows.stop - end
