"""ImportPlan: what an import of label maps would do, found out before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ImageError, LabelError, LabelSizeError
from segcore.formats.label_picture import Problem, Value, value_text
from segcore.formats.label_set import LabelSet
from segcore.formats.open_labels import read_labels
from segcore.labels.class_mapping import join_by_name
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass
from segcore.labels.label_map import State
from segcore.labels.palette import IGNORE_COLOR, Color, is_background
from segcore.progress import Progress, Steps, Task
from segcore.project.project import Project

IGNORE_NAMES = ("void", "unlabeled", "unlabelled", "ignore", "ignored")
"""Classes of these names mean no label, where the project has no such class."""


@dataclass(frozen=True)
class Skipped:
    """An image or a label map that is not imported, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class FoundValue:
    """A value or colour in the label maps.

    Attributes
    ----------
    value : Value
        0-255, or RGB.
    images : int
        In how many label maps it occurs.
    name : str
        From the list of classes beside the label maps; "" when unknown.
    color : Color or None
        From this list, from the palette, or the colour itself.
    proposed : int or None
        The class value of the project that it probably stands for.
    is_ignore : bool
        Whether it stands for pixels without a label.
    """

    value: Value
    images: int
    name: str
    color: Color | None
    proposed: int | None
    is_ignore: bool

    @property
    def text(self) -> str:
        """What a person reads: ``7``, ``7 (car)`` or ``#804080``."""
        return f"{value_text(self.value)} ({self.name})" if self.name else value_text(self.value)


@dataclass(frozen=True)
class ImportPlan:
    """What can be imported from the labels of another program, and what cannot.

    Attributes
    ----------
    label_set : LabelSet
        The labels.
    names : dict[str, str]
        The name that each image which can be imported has there.
    without : tuple[str, ...]
        Images without labels.
    unused : tuple[str, ...]
        Labels without an image.
    wrong_size : tuple[Skipped, ...]
        Images whose labels are of another size.
    unreadable : tuple[Skipped, ...]
        Images or labels that cannot be read.
    values : tuple[FoundValue, ...]
        What occurs in the labels.
    painted : tuple[str, ...]
        Images among ``names`` in which a person painted or confirmed something.
    problems : tuple[Problem, ...]
        Parts of the labels that cannot be imported, or only approximately; the rest of their image can.
    """

    label_set: LabelSet
    names: dict[str, str]
    without: tuple[str, ...]
    unused: tuple[str, ...]
    wrong_size: tuple[Skipped, ...]
    unreadable: tuple[Skipped, ...]
    values: tuple[FoundValue, ...]
    painted: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    def mapping(self) -> dict[Value, int | None]:
        """Return the proposed class of each value; values that nobody knows are missing."""
        known = (each for each in self.values if each.is_ignore or each.proposed is not None)
        return {each.value: each.proposed for each in known}


def plan_import(
    project: Project, path: Path, key: str | None = None, label_set: LabelSet | None = None
) -> Task[ImportPlan]:
    """Read the labels in a folder or file and say what an import would do. Changes nothing.

    ``key`` names their format; without it, the format is recognised. ``label_set`` is what is in ``path``,
    where that was opened already.

    Raises
    ------
    LabelError, ClassesError
        The labels cannot be read, are part of the project, or belong to no image.
    ProjectError
        There is no such format.
    """
    yield Progress(0, 0, path.name)
    if any(path.absolute().is_relative_to(project.root / own) for own in ("labels", "provenance")):
        raise LabelError(f"{path} is part of this project.", "Choose the folder with the label maps to import.")
    parts = 1
    if label_set is None:
        steps = Steps(read_labels(path, key))
        for step in steps:
            parts = 2 if step.total else parts
            yield step.part(0, parts)
        label_set = steps.result
    matches = label_set.match(project.images, project.image_ids())
    if not matches.names:
        raise LabelError(
            f"No labels in {path} are named like an image of this project.",
            "A label map is named like its image: a.jpg, a.png.",
        )
    names: dict[str, str] = {}
    wrong_size, unreadable = [], []
    problems = list(label_set.problems)
    counts: Counter[Value] = Counter()
    colors: dict[Value, Color] = {}
    for done, (image_id, name) in enumerate(matches.names.items()):
        yield Progress(done, len(matches.names), image_id).part(parts - 1, parts)
        try:
            contents = label_set.contents(name, project.size(image_id))
        except LabelSizeError as error:
            wrong_size.append(Skipped(image_id, str(error)))
        except (LabelError, ImageError) as error:
            unreadable.append(Skipped(image_id, str(error)))
        else:
            names[image_id] = name
            counts.update(contents.values)
            colors |= {value: color for value, color in contents.palette.items() if value in contents.values}
            problems += contents.problems
    own = label_set.classes
    drawn = own is not None and any(
        is_background(entry.name) for value in counts if isinstance(value, int) and (entry := own.find(value))
    )
    outside = label_set.open_is_background and not drawn
    found = [
        _found(value, counts[value], colors.get(value), label_set, project.classes, outside)
        for value in _sorted(counts)
    ]
    painted = tuple(image_id for image_id in names if project.state(image_id) >= State.IN_PROGRESS)
    return ImportPlan(
        label_set,
        names,
        matches.without,
        matches.unused,
        tuple(wrong_size),
        tuple(unreadable),
        tuple(found),
        painted,
        tuple(problems),
    )


def _sorted(values: Iterable[Value]) -> list[Value]:
    return sorted(values, key=_order)


def _order(value: Value) -> tuple[int, ...]:
    return (0, value) if isinstance(value, int) else (1, *value)


def _found(
    value: Value, images: int, color: Color | None, label_set: LabelSet, classes: ClassSet, outside: bool
) -> FoundValue:
    """Say what a value stands for: its name in the list of classes decides, else its value, else its colour.

    ``outside``: pixels without a label are background.
    """
    color, source = color if isinstance(value, int) else value, label_set.classes
    if source is not None:
        entry = source.find(value) if isinstance(value, int) else _of_color(source, value)
        if entry is not None:
            place = join_by_name([entry.name], classes.names)[0]
            proposed = None if place is None else classes.classes[place].index
            plain = entry.name.casefold().strip("_")  # labelme has __ignore__
            ignored = proposed is None and (value in label_set.ignored or plain in IGNORE_NAMES)
            return FoundValue(value, images, entry.name, entry.color, proposed, ignored)
    if value == IGNORE_INDEX and outside:
        background = next((each.index for each in classes if is_background(each.name)), None)
        return FoundValue(value, images, "", color, background, background is None)
    if value in (IGNORE_INDEX, IGNORE_COLOR, *label_set.ignored):
        return FoundValue(value, images, "", color, None, True)
    proposed = None
    if source is None and not label_set.open_is_background:  # there, 0 is the first kind of objects
        proposed = _by_value_or_color(value, color, classes)
    return FoundValue(value, images, "", color, proposed, False)


def _by_value_or_color(value: Value, color: Color | None, classes: ClassSet) -> int | None:
    """Return the class of this value or colour; an equal amount of red, green and blue is a value, too."""
    of_color = None if color is None else _of_color(classes, color)
    number = value if isinstance(value, int) else (value[0] if len(set(value)) == 1 else IGNORE_INDEX)
    of_value = classes.find(number)
    first, second = (of_value, of_color) if isinstance(value, int) else (of_color, of_value)
    found = first or second
    return None if found is None else found.index


def _of_color(classes: ClassSet, color: Color) -> SegClass | None:
    """Return the only class of this colour, or None."""
    found = [each for each in classes if each.color == color]
    return found[0] if len(found) == 1 else None
