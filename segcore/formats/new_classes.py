"""New classes: what an import names and the project lacks becomes classes of the project."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from segcore.errors import ClassesError
from segcore.formats.import_plan import FoundValue
from segcore.formats.label_picture import Value, value_text
from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass, well_formed
from segcore.labels.palette import fresh_color
from segcore.project.project import Project

MOST_CLASSES = IGNORE_INDEX
"""As many classes a project can have: the values 0 to 254."""


class NewClasses(NamedTuple):
    """A class list with what an import adds, and the class value that each value of the labels becomes."""

    classes: ClassSet
    mapping: dict[Value, int | None]


class ClassesBefore(NamedTuple):
    """The class list of a project before an import added to it."""

    classes: ClassSet
    history: ClassHistory


def unknown_values(values: Sequence[FoundValue]) -> list[FoundValue]:
    """Return what stands for a class that the project does not have."""
    return [each for each in values if each.proposed is None and not each.is_ignore]


def new_name(found: FoundValue) -> str:
    """Return what a new class for a value is called: as in the labels, else ``class 11`` or ``#804080``."""
    name = well_formed(found.name).strip()
    return name or (f"class {found.value}" if isinstance(found.value, int) else value_text(found.value))


def with_new_classes(
    classes: ClassSet, values: Sequence[FoundValue], mapping: Mapping[Value, int | None], wanted: Collection[Value]
) -> NewClasses:
    """Add a class for each of the values in ``wanted``, with its name and colour; ``mapping`` is for the others.

    Values of one name share a class. A value without a name keeps its number where that is free, so that the next
    import of such labels finds its class by the value. A colour that another class has is replaced by a fresh one.

    Raises
    ------
    ClassesError
        The project would have more than 255 classes.
    """
    found = [each for each in values if each.value in wanted]
    names = {new_name(each).casefold() for each in found} - {name.strip().casefold() for name in classes.names}
    if len(classes) + len(names) > MOST_CLASSES:
        raise ClassesError(
            f"With {len(names)} new classes the project would have {len(classes) + len(names)}; "
            f"{MOST_CLASSES} is the most.",
            "Choose classes of the project, or no label, for some of them.",
        )
    after = dict(mapping)
    for each in found:
        name = new_name(each)
        if classes.named(name) is None:
            classes = _added(classes, each, name)
        same = classes.named(name)
        assert same is not None
        after[each.value] = same.index
    return NewClasses(classes, after)


def _added(classes: ClassSet, found: FoundValue, name: str) -> ClassSet:
    taken = {each.color for each in classes}
    color = found.color if found.color is not None and found.color not in taken else fresh_color(name, taken)
    value = found.value
    if found.name or not isinstance(value, int) or value >= IGNORE_INDEX or classes.find(value) is not None:
        return classes.added(name, color)
    return ClassSet((*classes, SegClass(value, name, color)))


class ClassesKept:
    """Gives a project its class list back when an import ends, in whatever way, without a written label map.

    It is entered with the new classes in the project; the body adds the images that it wrote to the list that it gets.
    ``before`` is None where no class was added.
    """

    def __init__(self, project: Project, before: ClassesBefore | None) -> None:
        self._project, self._before, self._added = project, before, project.classes
        self._written: list[str] = []

    def __enter__(self) -> list[str]:
        return self._written

    def __exit__(self, *_: object) -> None:
        self.give_back()

    def give_back(self) -> None:
        """Do so for an import that ended, or was cancelled before it began. Raises ProjectError."""
        if self._before is not None and not self._written and self._project.classes == self._added:
            self._project.set_classes(*self._before)
