"""CVAT's ``annotations.xml`` (CVAT for images 1.1), read as a stream with the standard parser.

A document type is refused, and with it every entity that it could declare.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from segcore.errors import LabelError
from segcore.files.regular_file import open_regular

KINDS = ("polygon", "mask", "box", "ellipse", "polyline", "points", "cuboid", "skeleton")


@dataclass
class Document:
    """Labels with their colours; (height, width) of each image; its objects as (line, kind, attributes).

    ``tracks`` and ``doubles`` are lines of tracks, and of images of a name that another has, which are left out.
    """

    labels: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    objects: dict[str, list[tuple[int, str, dict[str, str]]]] = field(default_factory=lambda: defaultdict(list))
    tracks: list[int] = field(default_factory=list)
    doubles: list[int] = field(default_factory=list)


def read_cvat(path: Path) -> Document:
    """Read a file. Raises LabelError, which names file and line."""
    reader = _Reader()
    try:
        with open_regular(path) as file:
            reader.parser.ParseFile(file)
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror or error}).", "Check its permissions.") from error
    except (expat.ExpatError, ValueError, RecursionError) as error:
        line = reader.parser.CurrentLineNumber
        raise LabelError(f"{path} is damaged (line {line}: {error}).", "Export it from CVAT again.") from error
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Document()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._path: list[str] = []
        self._text = self._label = self._image = ""
        self._subsets: dict[str, str] = {}

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != "annotations":
            raise ValueError("it does not begin with annotations, as CVAT's files do")
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        self._text = ""
        line = self.parser.CurrentLineNumber
        if name == "image":
            self._image = self._name(attributes)
            if self._image:
                self.found.sizes[self._image] = _number(attributes, "height"), _number(attributes, "width")
            else:
                self.found.doubles.append(line)
        elif name == "track":
            self.found.tracks.append(line)
        elif parent == "image" and name in KINDS and self._image:
            self.found.objects[self._image].append((line, name, attributes))

    def _name(self, attributes: dict[str, str]) -> str:
        """Return the name of an image, with its subset where another subset has one of this name; else ""."""
        found, subset = self.found, attributes.get("subset", "")
        name = attributes.get("name") or attributes.get("id", "")
        first = self._subsets.setdefault(name, subset)
        if name not in found.sizes and f"{first}/{name}" not in found.sizes:
            return name
        if subset == first or f"{subset}/{name}" in found.sizes:
            return ""
        if name in found.sizes:
            found.sizes[f"{first}/{name}"] = found.sizes.pop(name)
            found.objects[f"{first}/{name}"] = found.objects.pop(name, [])
        return f"{subset}/{name}"

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._path[-1:] == ["label"] and name == "name":
            self._label = self._text.strip()
            self.found.labels[self._label] = ""
        elif self._path[-1:] == ["label"] and name == "color" and self._label:
            self.found.labels[self._label] = self._text.strip()
        self._text = ""

    def _characters(self, text: str) -> None:
        self._text += text


def _refuse(*_: object) -> NoReturn:
    raise ValueError("it declares a document type, which could hold entities")


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
