"""ClassSet: the classes of a project or a model, with names and colours."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ClassesError
from segcore.files.regular_file import read_regular
from segcore.labels.palette import IGNORE_COLOR, Color, fresh_color, is_background, voc_color

IGNORE_INDEX = 255
"""The label of an unlabelled pixel, and of one that training and scores leave out."""

_MAX_BYTES = 16_000_000


@dataclass(frozen=True)
class SegClass:
    """One class.

    Attributes
    ----------
    index : int
        Its value in label maps, 0-254.
    name : str
    color : Color
        RGB, 0-255 each.
    shown : bool | None
        Whether the overlay draws it when a project is opened; None: yes, unless its name is that of the background.
    """

    index: int
    name: str
    color: Color
    shown: bool | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index < IGNORE_INDEX:
            raise ClassesError(f"Class '{self.name}' has index {self.index}.", "Use 0 to 254; 255 means ignore.")
        if not self.name.strip():
            raise ClassesError(f"The class with index {self.index} has no name.", "Give it a name.")
        if well_formed(self.name) != self.name:
            raise ClassesError(f"The class name {self.name!a} is not valid text.", "Give it another name.")

    @property
    def shown_at_first(self) -> bool:
        """Whether the overlay draws it when a project is opened."""
        return not is_background(self.name) if self.shown is None else self.shown


@dataclass(frozen=True)
class ClassSet:
    """An ordered set of classes. Channel k of a model's output belongs to ``classes[k]``.

    Raises ClassesError when two classes share an index or a name, or when there are none.
    """

    classes: tuple[SegClass, ...]

    def __post_init__(self) -> None:
        if not self.classes:
            raise ClassesError("The class list is empty.", "Name at least one class.")
        for what, values in (
            ("index", [str(c.index) for c in self.classes]),
            ("name", [c.name.strip().casefold() for c in self.classes]),
        ):
            twice = next((value for value in values if values.count(value) > 1), None)
            if twice is not None:
                raise ClassesError(f"Two classes share the {what} '{twice}'.", "Make each unique.")

    @classmethod
    def from_names(cls, names: Sequence[str]) -> ClassSet:
        """Classes 0..n-1 with the colours of a new project."""
        classes: list[SegClass] = []
        for index, name in enumerate(names):
            classes.append(SegClass(index, name.strip(), fresh_color(name, {c.color for c in classes})))
        return cls(tuple(classes))

    @classmethod
    def in_voc_colors(cls, names: Sequence[str]) -> ClassSet:
        """Classes 0..n-1 with the VOC palette's colours, for models that come without any."""
        return cls(tuple(SegClass(i, n.strip(), voc_color(i)) for i, n in enumerate(names)))

    @classmethod
    def from_json(cls, data: Any) -> ClassSet:
        """Read ``[{"index": int, "name": str, "color": "#rrggbb", "shown": bool}]``; all but the name may be left out.

        A class without a colour gets one of a new project that no other class has.
        """
        try:
            if not isinstance(data, list) or len(data) > IGNORE_INDEX:
                raise ValueError(f"it is not a list of at most {IGNORE_INDEX} classes")
            used = {parse_color(entry["color"]) for entry in data if entry.get("color")}
            classes = []
            for place, entry in enumerate(data):
                classes.append(_class_of(entry, place, used))
                used.add(classes[-1].color)
            return cls(tuple(classes))
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise ClassesError(
                f"The class list cannot be read ({error}).",
                'Expected [{"index": 0, "name": "road", "color": "#804080"}].',
            ) from error

    @classmethod
    def from_file(cls, path: Path) -> ClassSet:
        """Read ``classes.json`` or a text file with one name a line (``#`` starts a comment)."""
        try:
            text = read_regular(path, _MAX_BYTES).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ClassesError(
                f"{path} cannot be read ({error}).", "Check the path and that it is UTF-8 text."
            ) from error
        try:
            if path.suffix.lower() == ".json":
                return cls.from_json(json.loads(text))
            lines = (line.strip() for line in text.splitlines())
            return cls.from_names([line for line in lines if line and not line.startswith("#")])
        except ClassesError as error:
            raise ClassesError(f"{path}: {error.message}", error.remedy) from error
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits, or brackets without end
            raise ClassesError(f"{path} is not valid JSON ({error}).", "Repair it or use one name a line.") from error

    def to_json(self) -> list[dict[str, object]]:
        """Return the inverse of `from_json`."""
        return [
            {"index": c.index, "name": c.name, "color": f"#{bytes(c.color).hex()}"}
            | ({} if c.shown is None else {"shown": c.shown})
            for c in self.classes
        ]

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[SegClass]:
        return iter(self.classes)

    @property
    def names(self) -> list[str]:
        """Names in order."""
        return [c.name for c in self.classes]

    @property
    def indices(self) -> NDArray[np.uint8]:
        """Uint8 [C]: label value of each channel."""
        return np.array([c.index for c in self.classes], np.uint8)

    def has_label(self, value: int) -> bool:
        """Whether a person can paint with it: a class value, or the ignore index."""
        return value == IGNORE_INDEX or self.find(value) is not None

    def find(self, index: int) -> SegClass | None:
        """Return the class with this label value, or None."""
        return next((c for c in self.classes if c.index == index), None)

    def named(self, name: str) -> SegClass | None:
        """Return the class of this name, ignoring case and surrounding space, or None."""
        key = name.strip().casefold()
        return next((c for c in self.classes if c.name.strip().casefold() == key), None)

    def channel_table(self) -> NDArray[np.uint8]:
        """Uint8 [256]: label value -> channel; values that are no class -> IGNORE_INDEX."""
        table = np.full(256, IGNORE_INDEX, np.uint8)
        table[self.indices] = np.arange(len(self.classes), dtype=np.uint8)
        return table

    def palette(self) -> NDArray[np.uint8]:
        """Uint8 [256, 3] RGB: class colours where there is a class, the VOC palette elsewhere."""
        table = np.array([voc_color(i) for i in range(256)], np.uint8)
        table[IGNORE_INDEX] = IGNORE_COLOR
        for c in self.classes:
            table[c.index] = c.color
        return table

    def added(self, name: str, color: Color | None = None) -> ClassSet:
        """With one more class at the lowest free index."""
        free = next((i for i in range(IGNORE_INDEX) if self.find(i) is None), None)
        if free is None:
            raise ClassesError("All 255 class values are taken.", "Remove a class first.")
        color = color or fresh_color(name, {c.color for c in self.classes})
        return ClassSet((*self.classes, SegClass(free, name.strip(), color)))

    def changed(
        self, index: int, *, name: str | None = None, color: Color | None = None, shown: bool | None = None
    ) -> ClassSet:
        """With the class at ``index`` renamed, recoloured, or drawn (or not) when the project is opened."""
        return ClassSet(
            tuple(
                replace(
                    c,
                    name=(name or c.name).strip(),
                    color=color or c.color,
                    shown=c.shown if shown is None else shown,
                )
                if c.index == index
                else c
                for c in self.classes
            )
        )

    def removed(self, index: int) -> ClassSet:
        """Without the class at ``index``; the others keep their values."""
        return ClassSet(tuple(c for c in self.classes if c.index != index))


def well_formed(text: str) -> str:
    """Replace halves of characters (lone surrogates), which no file can hold as UTF-8, by ``?``."""
    return text.encode("utf-8", "replace").decode()


def _class_of(entry: Any, place: int, used: Collection[Color]) -> SegClass:
    """Read one entry of a class list; ``used`` are colours of others. Raises KeyError, ValueError and their like."""
    name, index, color, shown = entry["name"], entry.get("index", place), entry.get("color"), entry.get("shown")
    if not isinstance(name, str):
        raise ValueError(f"the name of class {place} is not text")
    if not isinstance(index, int) or isinstance(index, bool):
        raise ValueError(f"the index of class {place} is not a whole number")
    if shown is not None and not isinstance(shown, bool):
        raise ValueError(f"'shown' of class {place} is not true or false")
    return SegClass(index, well_formed(name), parse_color(color) if color else fresh_color(name, used), shown)


def parse_color(value: str | Sequence[int]) -> Color:
    """``"#rrggbb"`` or a sequence of three integers 0-255 -> RGB. Raises ValueError."""
    if isinstance(value, str):
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError(f"{value!r} is not a colour of the form #rrggbb")
        return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)
    r, g, b = (int(v) for v in value)
    if not all(0 <= v <= 255 for v in (r, g, b)):
        raise ValueError(f"{value!r} is out of range 0-255")
    return r, g, b
