"""ImportPlan: what an import of label maps would do, found out before anything is changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ImageError, LabelError, LabelSizeError, MaskwrightError
from segcore.formats.label_matching import match_labels
from segcore.formats.label_picture import Value, read_label_picture
from segcore.formats.label_source import classes_near, labels_inside, read_class_list
from segcore.labels.class_mapping import join_by_name
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass
from segcore.labels.label_map import State
from segcore.labels.palette import IGNORE_COLOR, Color
from segcore.progress import Progress, Task
from segcore.project.project import Project


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


@dataclass(frozen=True)
class ImportPlan:
    """What can be imported from a folder, and what cannot.

    Attributes
    ----------
    folder : Path
        With the label maps.
    files : dict[str, Path]
        The label map of each image that can be imported.
    without : tuple[str, ...]
        Images without a label map.
    unused : tuple[str, ...]
        Label maps without an image.
    wrong_size : tuple[Skipped, ...]
        Images whose label map is of another size.
    unreadable : tuple[Skipped, ...]
        Images or label maps that cannot be read.
    values : tuple[FoundValue, ...]
        What occurs in the label maps.
    painted : tuple[str, ...]
        Images among ``files`` in which a person painted or confirmed something.
    classes_file : Path or None
        The list of classes beside the label maps.
    warning : str
        Why this list could not be read; "" when it could.
    """

    folder: Path
    files: dict[str, Path]
    without: tuple[str, ...]
    unused: tuple[str, ...]
    wrong_size: tuple[Skipped, ...]
    unreadable: tuple[Skipped, ...]
    values: tuple[FoundValue, ...]
    painted: tuple[str, ...]
    classes_file: Path | None = None
    warning: str = ""

    def mapping(self) -> dict[Value, int | None]:
        """Return the proposed class of each value; values that nobody knows are missing."""
        known = (each for each in self.values if each.is_ignore or each.proposed is not None)
        return {each.value: each.proposed for each in known}


def plan_import(project: Project, folder: Path) -> Task[ImportPlan]:
    """Read the label maps in a folder and say what an import would do. Changes nothing.

    Raises
    ------
    LabelError
        The folder cannot be listed, is part of the project, or holds no label map of any image.
    """
    folder = labels_inside(folder.absolute())
    if any(folder.is_relative_to(project.root / own) for own in ("labels", "provenance")):
        raise LabelError(f"{folder} is part of this project.", "Choose the folder with the label maps to import.")
    try:
        matches = match_labels(folder, project.images, project.image_ids(), loose=True)
    except OSError as error:
        raise LabelError(f"{folder} cannot be listed ({error.strerror or error}).", "Check the folder.") from error
    if not matches.files:
        raise LabelError(
            f"No PNG or TIFF file in {folder} is named like an image of this project.",
            "A label map is named like its image: a.jpg, a.png.",
        )
    classes_file = classes_near(folder)
    source, warning = _read_classes(classes_file)
    files: dict[str, Path] = {}
    wrong_size, unreadable = [], []
    counts: Counter[Value] = Counter()
    colors: dict[Value, Color] = {}
    for done, (image_id, path) in enumerate(matches.files.items()):
        yield Progress(done, len(matches.files), image_id)
        try:
            picture = read_label_picture(path, project.size(image_id))
        except LabelSizeError as error:
            wrong_size.append(Skipped(image_id, str(error)))
        except (LabelError, ImageError) as error:
            unreadable.append(Skipped(image_id, str(error)))
        else:
            files[image_id] = path
            values = picture.values()
            counts.update(values)
            colors |= {value: picture.palette[value] for value in values if value in picture.palette}
    found = [
        _found(value, counts[value], colors.get(value), source, project.classes) for value in sorted(counts, key=_order)
    ]
    painted = tuple(image_id for image_id in files if project.state(image_id) >= State.IN_PROGRESS)
    return ImportPlan(
        folder,
        files,
        matches.without,
        matches.unused,
        tuple(wrong_size),
        tuple(unreadable),
        tuple(found),
        painted,
        classes_file if source is not None else None,
        warning,
    )


def _read_classes(path: Path | None) -> tuple[ClassSet | None, str]:
    try:
        return (None if path is None else read_class_list(path)), ""
    except MaskwrightError as error:
        return None, str(error)


def _order(value: Value) -> tuple[int, ...]:
    return (0, value) if isinstance(value, int) else (1, *value)


def _found(value: Value, images: int, color: Color | None, source: ClassSet | None, classes: ClassSet) -> FoundValue:
    """Say what a value stands for: its name in the list of classes decides, else its value, else its colour."""
    color = color if isinstance(value, int) else value
    if source is not None:
        entry = source.find(value) if isinstance(value, int) else _of_color(source, value)
        if entry is not None:
            place = join_by_name([entry.name], classes.names)[0]
            proposed = None if place is None else classes.classes[place].index
            return FoundValue(value, images, entry.name, entry.color, proposed, False)
    if value in (IGNORE_INDEX, IGNORE_COLOR):
        return FoundValue(value, images, "", color, None, True)
    proposed = None
    if source is None:
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
