"""The colours of new classes, and those of PASCAL VOC."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

Color = tuple[int, int, int]
"""RGB, 0-255 each."""

IGNORE_COLOR: Color = (224, 224, 192)
"""The VOC colour of the ignore index."""

BACKGROUND_COLOR: Color = (0, 0, 0)
"""What PASCAL VOC and most data sets give the background."""

_VISIBLE = (
    "ffff00 0078ff f01e00 00ffff ff961e 00965a ff78b4 b4ff96 "
    "d200f0 00d200 00b4f0 967800 5a9600 785af0 f01e5a 00f096 "
    "d2d25a f078ff 96ff00 f0b400 f00096 f07878 5ad2b4 ff783c"
)
"""Chosen by search, see tests/segcore/labels/test_palette.py for what holds.

At half opacity each differs from black, white and the greys between them, and from all others; the first eight also
from each other for people with red or green blindness.
"""

VISIBLE: tuple[Color, ...] = tuple(
    (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for code in _VISIBLE.split()
)
"""Colours of new classes, in this order."""

_PALER = 1 / 14
"""Of the way to white, for each time that all colours have been used."""


def class_color(number: int) -> Color:
    """Colour of the ``number``-th class (from 0) of a new project; after the last colour they come again, paler."""
    return repeated(VISIBLE, number)


def repeated(colors: Sequence[Color], number: int) -> Color:
    """Return the ``number``-th colour (from 0); after the last one they come again, paler each time."""
    turn, place = divmod(number, len(colors))
    r, g, b = (round(value + (255 - value) * min(1.0, turn * _PALER)) for value in colors[place])
    return r, g, b


def fresh_color(name: str, used: Collection[Color]) -> Color:
    """Return the colour of a new class of this name: the first that is not in use. The background is black."""
    if is_background(name):
        return BACKGROUND_COLOR
    return next(color for number in range(len(used) + 255) if (color := class_color(number)) not in used)


def is_background(name: str) -> bool:
    """Whether this is the name of the background: ``background``, also in capitals or between underscores."""
    return name.strip().strip("_").casefold() == "background"


@cache
def voc_color(index: int) -> Color:
    """Colour of ``index`` in the PASCAL VOC palette (the bits of the index spread over R, G and B)."""
    r = g = b = 0
    value = index
    for shift in range(7, -1, -1):
        r |= (value & 1) << shift
        g |= (value >> 1 & 1) << shift
        b |= (value >> 2 & 1) << shift
        value >>= 3
    return r, g, b
