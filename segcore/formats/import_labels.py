"""Importing label maps that other programs wrote into a project."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, MaskwrightError
from segcore.files.atomic import wait_for_the_disk
from segcore.formats.grouping import grouped, kind_of
from segcore.formats.import_plan import ImportPlan, Skipped
from segcore.formats.label_picture import Problem, Value, value_text
from segcore.formats.read_ahead import pixels_of, read_ahead
from segcore.journal.journal import journal_path
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance, State, looked_up, values_in
from segcore.progress import Progress, Task
from segcore.project.closed_edit import edit_closed
from segcore.project.project import Project


def _provenance_of(kind: Provenance) -> NDArray[np.uint8]:
    """Return the provenance that an imported label gives a pixel of which nothing is known, uint8 [256]."""
    table = np.full(256, kind, np.uint8)
    table[IGNORE_INDEX] = Provenance.UNTOUCHED
    return table


_PROVENANCE = {kind: _provenance_of(kind) for kind in (Provenance.PREDICTED, Provenance.PAINTED)}


@dataclass(frozen=True)
class ImportChoices:
    """What a person decided about an import.

    Attributes
    ----------
    mapping : Mapping[Value, int | None]
        The class value of each value or colour; None: no label. A label map with another value is skipped.
    predicted : bool
        A model made the labels: they are imported as predictions. Otherwise they are imported as painted.
    done : bool
        Mark the images as done: pixels without a label are ignored then. Not for predictions.
    replace : bool
        Imported labels replace what a person painted or confirmed; otherwise these pixels stay as they are.
    new : frozenset[Value]
        Values that become new classes; `with_new_classes` puts those into the mapping before the import.
    name : str
        What the undo history of an image calls the import, where there is one.
    """

    mapping: Mapping[Value, int | None]
    predicted: bool = False
    done: bool = False
    replace: bool = False
    new: frozenset[Value] = frozenset()
    name: str = "Import labels"


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the images it changed, those in which nothing was left to label, and what was skipped.

    ``problems`` are parts of labels that were left out or approximated; the rest of their image was imported.
    """

    imported: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...] = ()

    def summary(self) -> str:
        """Return the report as text for a person: a headline, then a line for each thing that was skipped.

        Many things of the same kind are one line.
        """
        lines = [f"{len(self.imported)} label map{'' if len(self.imported) == 1 else 's'} imported."]
        for same in grouped(self.unchanged, lambda _: None):
            its = "its" if len(same) == 1 else "their"
            lines.append(
                f"  {_places(same)}: nothing changed: {its} pixels have labels already, or {its} labels are ignored"
            )
        for alike in grouped(self.skipped, lambda each: kind_of(each.name, each.reason)):
            such = "" if len(alike) == 1 else "the first: "
            lines.append(f"  {_places([each.name for each in alike])}: {such}{alike[0].reason}")
        for group in grouped(self.problems, lambda each: each.reason.replace(each.place, "")):
            place, reason = group[0].place, group[0].reason
            if len(group) > 1:
                place = f"{len(group)} times ({', '.join(each.place for each in group[:3])}, …)"
            lines.append(f"  {reason}" if reason.startswith(place) else f"  {place}: {reason}")
        return "\n".join(lines)


def import_labels(
    project: Project,
    plan: ImportPlan,
    choices: ImportChoices,
    leave_out: Collection[str] = (),
    written: list[str] | None = None,
) -> Task[ImportReport]:
    """Write the label maps of a plan into a project, image by image.

    Where an image has an undo history, the import is an edit of it; else none is begun. An undo history that did not
    know of the import would do again what came after labels that are imported a second time.

    Images in ``leave_out`` are neither read nor written: the caller imports them itself, with `imported`. What cannot
    be read is skipped and reported. ``written`` gets the images as soon as they are written.

    Raises
    ------
    ProjectError
        The project cannot be written; the images before this one keep their imported labels.
    """
    done, unchanged = [] if written is None else written, []
    problems = list(plan.label_set.problems)
    skipped = [*plan.wrong_size, *plan.unreadable]
    images = [image_id for image_id in plan.names if image_id not in leave_out]

    def read(image_id: str) -> LabelMap | None:
        before = project.load_label_map(image_id)
        after = imported(plan, choices, image_id, before, problems)
        return None if _equal(before, after) else after

    for number, (image_id, reading) in enumerate(read_ahead(images, read, pixels_of(project))):
        yield Progress(number, len(images), image_id)
        try:
            after = reading.result()
        except MaskwrightError as error:
            skipped.append(Skipped(image_id, str(error)))
            del reading  # it has the error, whose frames have it: Python's collector comes late
            continue
        if after is None:
            unchanged.append(image_id)
        elif journal_path(project.root, image_id).exists():
            change = partial(imported, plan, choices, image_id, problems=[])  # its problems are noted by now
            try:
                edit_closed(project, image_id, change, choices.name, picture="")
            except (ImageError, LabelError) as error:
                skipped.append(Skipped(image_id, str(error)))
                continue
            done.append(image_id)
        else:
            project.save_label_map(image_id, after, durable=False, picture="")
            done.append(image_id)
    wait_for_the_disk()
    return ImportReport(tuple(done), tuple(unchanged), tuple(skipped), tuple(problems))


def imported(
    plan: ImportPlan, choices: ImportChoices, image_id: str, before: LabelMap, problems: list[Problem]
) -> LabelMap:
    """Return the label map of an image after the import; add to ``problems`` what of its labels is left out.

    Raises LabelError when its labels cannot be imported.
    """
    name = plan.names[image_id]
    picture = plan.label_set.picture(name, before.shape)
    problems += picture.problems
    unknown = [value for value in picture.values() if value not in choices.mapping]
    if unknown:
        raise LabelError(
            f"{plan.label_set.place(name)} holds {_in_words(unknown, plan)}, which no class has.",
            "Add classes for them, or choose what they stand for.",
        )
    return merged(before, picture.labels(choices.mapping), choices)


def merged(before: LabelMap, labels: NDArray[np.uint8], choices: ImportChoices) -> LabelMap:
    """Put imported labels, uint8 [H, W] with 255 for none, into a label map; see `ImportChoices`."""
    kind = Provenance.PREDICTED if choices.predicted else Provenance.PAINTED
    if before.is_new() and values_in(before.labels) == [IGNORE_INDEX] and not choices.done:
        return LabelMap(labels.copy(), looked_up(labels, _PROVENANCE[kind]))
    open_pixels = before.open()
    new = labels != IGNORE_INDEX
    if not choices.replace:
        new &= open_pixels
    after = LabelMap(np.where(new, labels, before.labels), np.where(new, np.uint8(kind), before.provenance))
    if choices.predicted or not choices.done or after.state() is State.NEW:
        return after
    left = open_pixels & ~new  # a prediction that the import does not confirm must not become ground truth
    after.labels[left], after.provenance[left] = IGNORE_INDEX, Provenance.UNTOUCHED
    return after.confirm()


def _places(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} images ({', '.join(names[:3])}, …)"


def _equal(one: LabelMap, other: LabelMap) -> bool:
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.provenance, other.provenance)


def _in_words(values: list[Value], plan: ImportPlan) -> str:
    known = {each.value: each.text for each in plan.values}
    names = [known.get(value, value_text(value)) for value in values[:10]]
    more = ", …" if len(values) > 10 else ""
    return f"the value{'s' if len(values) > 1 else ''} {', '.join(names)}{more}"
