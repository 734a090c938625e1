"""Tiles: an image too large for an engine is refined in overlapping parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from segcore.crf.parameters import CrfParameters
from segcore.editing.box import Box

SMALLEST_SIDE = 512
"""No smaller tile is chosen."""

MOST_VALUES = 1 << 28
"""Classes times pixels in one tile: the engines count with 32 bits."""

REACHES = 3.0
"""So many standard deviations of the wider kernel a tile sees beyond what is kept of it."""


@dataclass(frozen=True)
class Tile:
    """A part of an image: ``outer`` is refined, ``inner`` of it is kept."""

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
        Of the whole.
    room : float
        How many pixels the memory has room for.
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
        The longest side of a tile, 16 or more; an image no larger is one tile.
    parameters : CrfParameters
        A tile sees `REACHES` standard deviations of its surroundings, but at most a quarter of ``side`` at each edge,
        so that half of it is kept.
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
    """Cut one axis into parts of about equal length that with a margin at both ends are no longer than ``side``."""
    if length <= side:
        return [(0, length)]
    count = -(-length // (side - 2 * margin))
    ends = [length * number // count for number in range(count + 1)]
    return list(pairwise(ends))
