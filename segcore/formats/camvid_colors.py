"""``label_colors.txt``: CamVid's list of classes, ``r g b<tab>name``; ours keeps exact names and values in comments."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from segcore.errors import ClassesError
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.label_folder import read_lines
from segcore.labels.classes import ClassSet
from segcore.labels.palette import Color, fresh_color

NAME = "label_colors.txt"
VOID: Color = (0, 0, 0)
VOID_NAME = "Void"
_EXACT = "# "


def color_lines(classes: ClassSet, ignore: Color) -> list[str]:
    """Return the lines of the file, with a last one for ignore."""
    lines = [f"{_EXACT}{json.dumps(classes.to_json())}"]
    for each in classes:
        lines.append(f"{' '.join(map(str, each.color))}\t{' '.join(each.name.split())}")
    return [*lines, "\t".join([" ".join(map(str, ignore)), VOID_NAME])]


def read_color_list(path: Path) -> ClassSet:
    """Read the file; values are the places of the lines. Raises LabelError or ClassesError."""
    lines = read_lines(path)
    try:
        for line in lines:
            if line.startswith(f"{_EXACT}["):
                return ClassSet.from_json(json.loads(line.removeprefix(_EXACT)))
        entries = []
        for place, line in enumerate(line for line in lines if not line.startswith("#")):
            red, green, blue, *name = line.split()
            entries.append((place, " ".join(name), (int(red), int(green), int(blue))))
        return foreign_classes(entries)
    except (ValueError, RecursionError) as error:
        raise ClassesError(f"{path} cannot be read ({error}).", "Each line must be: red green blue name.") from error
    except ClassesError as error:
        raise ClassesError(f"{path}: {error.message}", error.remedy) from error


def told_apart(classes: ClassSet, reserved: Collection[Color], fixed: Collection[int] = ()) -> ClassSet:
    """Give a class whose colour another one has, or that is ``reserved``, a new colour; those in ``fixed`` keep theirs.

    ``fixed`` are values of classes.
    """
    used = {*reserved, *(each.color for each in classes if each.index in fixed)}
    for each in classes:
        if each.index in fixed:
            continue
        if each.color in used:
            taken = used | {other.color for other in classes}
            classes = classes.changed(each.index, color=fresh_color("", taken))
        found = classes.find(each.index)
        used.add(each.color if found is None else found.color)
    return classes
