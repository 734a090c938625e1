"""Classes of another program as a `ClassSet`: names made unique, colours taken where they are sound."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from segcore.labels.classes import ClassSet, SegClass, parse_color, well_formed
from segcore.labels.palette import Color, fresh_color


def foreign_classes(entries: Iterable[tuple[int, str, Any]]) -> ClassSet:
    """Make classes of (value, name, colour); a colour is ``"#rrggbb"``, ``[r, g, b]`` or nothing.

    Equal and empty names get a number. Raises ClassesError for more than 255 classes, or none.
    """
    found: list[SegClass] = []
    names: set[str] = set()
    colors: set[Color] = set()
    for value, name, color in entries:
        plain = unique = well_formed(name).strip() or f"class {value}"
        number = 2
        while unique.casefold() in names:
            unique, number = f"{plain} {number}", number + 1
        chosen = _color(color) or fresh_color(unique, colors)
        names.add(unique.casefold())
        colors.add(chosen)
        found.append(SegClass(value, unique, chosen))
    return ClassSet(tuple(found))


def _color(color: Any) -> Color | None:
    with suppress(TypeError, ValueError, OverflowError):
        return parse_color(color) if color else None
    return None
