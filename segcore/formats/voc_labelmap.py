"""``labelmap.txt``: CVAT's list of classes, ``name:r,g,b::``; exact names and values stand there in comments."""

from __future__ import annotations

import json
from pathlib import Path

from segcore.errors import ClassesError
from segcore.formats.label_folder import read_lines
from segcore.labels.classes import ClassSet

_EXACT = "# "
BACKGROUND_LINE = "background:0,0,0::"
"""What CVAT's masks need first, also where no class is the background."""


def labelmap_lines(classes: ClassSet) -> list[str]:
    """Return the lines of the file: for each class its exact entry as a comment, then ``name:r,g,b::``."""
    lines = ["# label:color_rgb:parts:actions", "# 255 means ignore"]
    for c, entry, name in zip(classes, classes.to_json(), _plain_names(classes), strict=True):
        lines.append(f"{_EXACT}{json.dumps(entry)}")
        lines.append(f"{name}:{','.join(map(str, c.color))}::")
    return lines


def _plain_names(classes: ClassSet) -> list[str]:
    """Names for other programs: on one line, without a colon, not like a comment, each once."""
    taken: set[str] = set()
    names = []
    for c in classes:
        plain = "".join(letter if letter.isprintable() and letter != ":" else " " for letter in c.name).strip() or "_"
        plain = name = f"_{plain}" if plain.startswith("#") else plain
        number = 2
        while name.casefold() in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def has_exact_names(path: Path) -> bool:
    """Whether a file was written by `labelmap_lines`. Raises LabelError."""
    return any(line.startswith(f"{_EXACT}{{") for line in read_lines(path))


def read_labelmap(path: Path) -> ClassSet:
    """Read the classes of ``labelmap.txt``. Raises LabelError or ClassesError."""
    lines = read_lines(path)
    exact = [line.removeprefix(_EXACT) for line in lines if line.startswith(f"{_EXACT}{{")]
    plain = [line for line in lines if not line.startswith("#")]
    try:
        own = plain[1:] if plain[:1] == [BACKGROUND_LINE] and len(exact) < len(plain) else plain
        if exact and len(exact) == len(own):
            return ClassSet.from_json([json.loads(entry) for entry in exact])
        found = []
        for index, line in enumerate(plain):
            name, color = line.split(":")[:2]
            r, g, b = (int(value) for value in color.split(","))
            found.append({"name": name, "color": [r, g, b], "index": index})
        return ClassSet.from_json(found)
    except (ValueError, RecursionError) as error:
        raise ClassesError(f"{path} cannot be read ({error}).", "Each line must be name:r,g,b::") from error
    except ClassesError as error:
        raise ClassesError(f"{path}: {error.message}", error.remedy) from error
