"""Merging: the labels of another project become labels of this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from segcore.errors import MaskwrightError, ProjectError
from segcore.journal.journal import journal_path
from segcore.labels.label_map import LabelMap
from segcore.progress import Progress, Task
from segcore.project.closed_edit import Kept, edit_closed
from segcore.project.joining import JoinedClasses, join_classes, join_labels
from segcore.project.label_store import LabelStore
from segcore.project.marks import EMPTY
from segcore.project.project import Project
from segcore.project.same_images import SameImages

NAME = "Merge projects"
"""Of the step in the undo history."""
VERSIONS_BYTES = 500_000_000


@dataclass(frozen=True)
class MergeChoices:
    """What a person decided about a merge.

    Attributes
    ----------
    replace : bool
        What a person painted or confirmed in the other project replaces what a person painted or confirmed here.
    versions_bytes : int
        All versions of labels may take so many bytes; labels are kept as a version before they change. 0: none is kept.
    """

    replace: bool = False
    versions_bytes: int = VERSIONS_BYTES


class NotMerged(NamedTuple):
    """An image of the other project whose labels were not merged, and why."""

    image_id: str
    reason: str


@dataclass
class MergeReport:
    """What a merge did.

    Attributes
    ----------
    added : tuple[str, ...]
        Names of new classes.
    merged, unchanged : list[str]
        Images whose labels changed, and those to which the other project added nothing.
    skipped : list[NotMerged]
        Images of the other project that are not in this one, or whose labels cannot be read.
    differing : dict[str, int]
        Images, by their number of pixels that persons labelled differently in the two projects.
    replaced : bool
        Whether these pixels have the other project's labels now.
    marks : int
        Images whose verdict, flag and note were taken over.
    """

    added: tuple[str, ...] = ()
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[NotMerged] = field(default_factory=list)
    differing: dict[str, int] = field(default_factory=dict)
    replaced: bool = False
    marks: int = 0


def merge(project: Project, other: Project, choices: MergeChoices | None = None) -> Task[MergeReport]:
    """Merge the labels, classes and marks of ``other`` into ``project``; ``other`` does not change.

    Images are the same when their files have the same content, see `SameImages`. Each changed image has one more step
    in its undo history. Images of this project must not be open elsewhere. A merge that is stopped can be repeated.

    Raises
    ------
    ClassesError
        Both together have more than 255 classes; nothing is changed.
    ProjectError
        The two are one project, or this one cannot be written; images before this keep what was merged.
    """
    choices = choices or MergeChoices()
    if project.root.resolve() == other.root.resolve():
        raise ProjectError(f"{project.root} cannot be merged with itself.", "Name another project.")
    joined = join_classes(project.classes, other.classes)
    if joined.added:
        project.set_classes(joined.classes)
    same, report = SameImages(project, other), MergeReport(joined.added, replaced=choices.replace)
    places: dict[str, str] = {}
    labelled = sorted(LabelStore(other.root).stamps())
    for done, there in enumerate(labelled):
        yield Progress(done, len(labelled), there)
        here = same.find(there)
        if here is None:
            report.skipped.append(NotMerged(there, "this project has no image with its content"))
            continue
        places[there] = here
        try:
            theirs = _translated(other.load_labels(there, project.size(here)).label_map, joined)
        except MaskwrightError as error:
            report.skipped.append(NotMerged(there, str(error)))
            continue
        _merge_image(project, here, theirs, choices, report)
    report.marks = _merge_marks(project, other, places, same)
    return report


def _translated(theirs: LabelMap, joined: JoinedClasses) -> LabelMap:
    return LabelMap(joined.table[theirs.labels], theirs.provenance)


def _merge_image(project: Project, image_id: str, theirs: LabelMap, choices: MergeChoices, report: MergeReport) -> None:
    def change(before: LabelMap) -> LabelMap:
        joined = join_labels(before, theirs, choices.replace)
        if joined.differing:
            report.differing[image_id] = joined.differing
        return joined.label_map

    try:
        before = project.load_label_map(image_id)
        if before.is_new() and not journal_path(project.root, image_id).exists():
            after = change(before)
            changed = not np.array_equal(before.provenance, after.provenance)
            if changed:  # nothing of a person is there that undo could bring back
                project.save_label_map(image_id, after)
        else:
            kept = Kept(f"Before “{NAME}”", choices.versions_bytes)
            changed = edit_closed(project, image_id, change, NAME, kept) is not None
    except ProjectError:
        raise
    except MaskwrightError as error:
        report.skipped.append(NotMerged(image_id, str(error)))
        return
    (report.merged if changed else report.unchanged).append(image_id)


def _merge_marks(project: Project, other: Project, places: dict[str, str], same: SameImages) -> int:
    """Take over the marks of images that have none here; return how many."""
    mine = project.marks.all()
    new = {}
    for there, mark in other.marks.all().items():
        here = places.get(there) or same.find(there)
        if here is not None and mine.get(here, EMPTY) == EMPTY:
            new[here] = mark
    if new:
        project.marks.put(new)
    return len(new)
