"""Tiles: an image too large for an engine is refined in overlapping parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from segcore.crf.parameters import CrfParameters
from segcore.editing.box import Box

SMALLEST_SIDE = 512
"""Side of the smallest tile, pixels."""

MOST_VALUES = 1 << 28
"""Classes times pixels in one tile, at most: the engines' indices have 32 bits."""

REACHES = 3.0
"""Margin of a tile around the part that is kept, in standard deviations of the wider kernel."""


@dataclass(frozen=True)
class Tile:
    """A part of an image: ``outer`` is refined, its part ``inner`` is kept."""

    outer: Box
    inner: Box

    @property
    def kept(self) -> tuple[slice, slice, slice]:
        """Index of the inner box in the outer one's probabilities, [C, h, w]."""
        top, left = self.inner.top - self.outer.top, self.inner.left - self.outer.left
        return slice(None), slice(top, top + self.inner.height), slice(left, left + self.inner.width)


def side_for(height: int, width: int, channels: int, room: float) -> int:
    """Return the longest side of a tile.

    Parameters
    ----------
    height, width, channels : int
        Size and classes of the whole image.
    room : float
        How many pixels fit into the memory.
    """
    most = min(room, MOST_VALUES / channels)
    if height * width <= most:
        return max(height, width)
    return max(SMALLEST_SIDE, math.isqrt(int(most)))


def tiles_for(height: int, width: int, side: int, parameters: CrfParameters) -> list[Tile]:
    """Cover an image, row by row; the inner boxes hold each pixel once.

    Parameters
    ----------
    height, width : int
        The image, 1 or more.
    side : int
        The longest side of a tile, 16 or more; a smaller image is one tile.
    parameters : CrfParameters
        The margin of a tile is `REACHES` standard deviations, but at most a quarter of ``side``, so that half of
        the tile is kept.
    """
    reaches = [parameters.theta_alpha] * (parameters.w1 > 0) + [parameters.theta_gamma] * (parameters.w2 > 0)
    margin = min(side // 4, math.ceil(REACHES * max(reaches, default=0.0)))
    return [
        Tile(Box(left - margin, top - margin, right + margin, bottom + margin).clipped(height, width), inner)
        for top, bottom in _spans(height, side, margin)
        for left, right in _spans(width, side, margin)
        for inner in [Box(left, top, right, bottom)]
    ]


def _spans(length: int, side: int, margin: int) -> list[tuple[int, int]]:
    """Cut one axis into nearly equal parts; with a margin at both ends, none is longer than ``side``."""
    if length <= side:
        return [(0, length)]
    count = -(-length // (side - 2 * margin))
    ends = [length * number // count for number in range(count + 1)]
    return list(pairwise(ends))
