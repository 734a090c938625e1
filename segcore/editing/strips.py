"""Strips: a large label map in parts, so that memory does not grow with it and a person can cancel in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from segcore.editing.box import Box

STRIP = 4_000_000
"""Pixels that are looked at together."""


class Strip(NamedTuple):
    """Rows of a box: ``inner`` is decided, ``outer`` is looked at for that. Both have the width of the box."""

    inner: Box
    outer: Box


def strips_of(box: Box, reach: int) -> Iterator[Strip]:
    """Yield strips whose inner boxes make up ``box``; the outer ones have ``reach`` more rows of it on both sides."""
    rows = max(1, STRIP // max(1, box.width), 2 * reach)
    for top in range(box.top, box.bottom, rows):
        bottom = min(box.bottom, top + rows)
        outer = Box(box.left, max(box.top, top - reach), box.right, min(box.bottom, bottom + reach))
        yield Strip(Box(box.left, top, box.right, bottom), outer)
