"""Named palettes: published sets of colours that people with colour blindness can tell apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segcore.labels.classes import ClassSet
from segcore.labels.palette import BACKGROUND_COLOR, VISIBLE, Color, is_background, repeated


@dataclass(frozen=True)
class NamedPalette:
    """One palette.

    Attributes
    ----------
    name : str
    source : str
        Who published it, and where.
    colors : tuple[Color, ...]
        In the order in which classes get them.
    """

    name: str
    source: str
    colors: tuple[Color, ...]


def _colors(codes: str) -> tuple[Color, ...]:
    return tuple((int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for code in codes.split())


PALETTES = (
    NamedPalette("Maskwright", "Maskwright: the colours of new projects", VISIBLE),
    NamedPalette(
        "Okabe-Ito",
        "M. Okabe and K. Ito, Color Universal Design, 2008",
        _colors("e69f00 56b4e9 009e73 f0e442 0072b2 d55e00 cc79a7"),
    ),
    NamedPalette(
        "Tol bright",
        "P. Tol, Colour Schemes, SRON/EPS/TN/09-002, 2021",
        _colors("4477aa ee6677 228833 ccbb44 66ccee aa3377 bbbbbb"),
    ),
    NamedPalette(
        "Tol vibrant",
        "P. Tol, Colour Schemes, SRON/EPS/TN/09-002, 2021",
        _colors("ee7733 0077bb 33bbee ee3377 cc3311 009988 bbbbbb"),
    ),
    NamedPalette(
        "Tol muted",
        "P. Tol, Colour Schemes, SRON/EPS/TN/09-002, 2021",
        _colors("cc6677 332288 ddcc77 117733 88ccee 882255 44aa99 999933 aa4499"),
    ),
    NamedPalette(
        "IBM", "IBM Design Language, colour-blind safe palette", _colors("648fff dc267f ffb000 785ef0 fe6100")
    ),
)


def in_palette(classes: ClassSet, palette: NamedPalette) -> ClassSet:
    """Return the classes in these colours; the background stays black.

    Where the classes are more than the colours, these come again, paler each time.
    """
    found, number = [], 0
    for each in classes:
        if is_background(each.name):
            found.append(replace(each, color=BACKGROUND_COLOR))
        else:
            found.append(replace(each, color=repeated(palette.colors, number)))
            number += 1
    return ClassSet(tuple(found))
