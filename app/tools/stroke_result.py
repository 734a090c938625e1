"""Painting: what a decision comes down to, pixels and their new class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box
from segcore.editing.box import EMPTY
from segcore.editing.brush import Covered
from segcore.progress import Task

PIECE = 256
"""Side of the pieces that a decision is painted in: the UI thread passes over what stays as it is."""


class Painting(NamedTuple):
    """Pixels and their new class value: ``target.paint(*painting)``."""

    box: Box
    mask: NDArray[np.bool_]
    value: int


class Answer(NamedTuple):
    """A decision, and the window in which it was made."""

    paintings: tuple[Painting, ...]
    window: Box


NO_ANSWER = Answer((), EMPTY)
Decide = Callable[[Covered], Task[Answer]]


class Target(Protocol):
    """A Recorder or a StrokePreview."""

    def paint(self, box: Box, mask: NDArray[np.bool_], value: int) -> object:
        """Label these pixels."""


def in_pieces(box: Box, mask: NDArray[np.bool_], value: int) -> Iterable[Painting]:
    """Yield the pieces of a mask in which there is something, each in a tight box."""
    for top in range(0, box.height, PIECE):
        for left in range(0, box.width, PIECE):
            piece = mask[top : top + PIECE, left : left + PIECE]
            rows, columns = np.flatnonzero(piece.any(1)), np.flatnonzero(piece.any(0))
            if rows.size:
                y, x = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
                place = Box(
                    box.left + left + int(x.start),
                    box.top + top + int(y.start),
                    box.left + left + int(x.stop),
                    box.top + top + int(y.stop),
                )
                yield Painting(place, np.ascontiguousarray(piece[y, x]), value)
