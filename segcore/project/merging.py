"""Merging: the labels of another project become labels of this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from segcore.errors import MaskwrightError, ProjectError
from segcore.images.page_path import split_id
from segcore.labels.label_map import LabelMap
from segcore.progress import Progress, Task, mapped
from segcore.project.closed_edit import Kept, edit_closed
from segcore.project.image_copies import Copied, copy_images, files_only_there
from segcore.project.joining import JoinedClasses, join_classes, join_labels
from segcore.project.label_store import LabelStore
from segcore.project.marks import EMPTY, Mark
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
    copy_images : bool
        Image files that only the other project has are copied into the image folder of this one, with their labels.
    versions_bytes : int
        All versions of labels may take so many bytes; labels are kept as a version before they change. 0: none is kept.
    name : str
        What the undo history calls the merge.
    """

    replace: bool = False
    copy_images: bool = False
    versions_bytes: int = VERSIONS_BYTES
    name: str = NAME


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
        Images of the other project that are not in this one, or that cannot be read or copied.
    differing : dict[str, int]
        Images, by their number of pixels that persons labelled differently in the two projects.
    replaced : bool
        Whether these pixels have the other project's labels now.
    name : str
        What the undo history calls it.
    marks : dict[str, Mark]
        Verdicts, flags and notes that were taken over.
    copied : dict[str, str]
        Image files that were copied: path below the image folder there, and here.
    lacking : int
        Images with labels that were skipped because this project does not have them.
    """

    added: tuple[str, ...] = ()
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[NotMerged] = field(default_factory=list)
    differing: dict[str, int] = field(default_factory=dict)
    replaced: bool = False
    name: str = NAME
    marks: dict[str, Mark] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    lacking: int = 0


def check_two(project: Project, other: Project) -> None:
    """Raise ProjectError when the two are one project."""
    if project.root.resolve() == other.root.resolve():
        raise ProjectError(f"{project.root} cannot be merged with itself.", "Name another project.")


def merge(
    project: Project,
    other: Project,
    choices: MergeChoices | None = None,
    same: SameImages | None = None,
    report: MergeReport | None = None,
) -> Task[MergeReport]:
    """Merge the labels, classes and marks of ``other`` into ``project``; ``other`` does not change.

    Images are the same when their files have the same content, see `SameImages`; ``same`` may be that of a plan. Each
    changed image has one more step in its undo history, called ``choices.name``. Images of this project must not be
    open elsewhere. A merge that is stopped can be repeated; ``report``, if given, has what it did until then.

    Raises
    ------
    ClassesError
        Both together have more than 255 classes; nothing is changed.
    ProjectError
        The two are one project, or this one cannot be written; images before this keep what was merged.
    """
    choices = choices or MergeChoices()
    check_two(project, other)
    report = report if report is not None else MergeReport()
    joined = join_classes(project.classes, other.classes)
    report.added, report.replaced, report.name = joined.added, choices.replace, choices.name
    if joined.added:
        project.set_classes(joined.classes)
    same = same or SameImages(project, other)
    not_copied: dict[str, str] = {}
    if choices.copy_images:
        yield from mapped(_copy(project, other, same, report, not_copied), lambda step: step.part(0, 2))
    places: dict[str, str] = {}
    labelled = sorted(LabelStore(other.root).stamps())
    for done, there in enumerate(labelled):
        yield Progress(done, len(labelled), there).part(int(choices.copy_images), 1 + choices.copy_images)
        here = same.find(there)
        if here is None and split_id(there)[0] in not_copied:
            continue  # its file is in the report
        if here is None:
            report.lacking += 1
            report.skipped.append(NotMerged(there, "this project has no image with its content"))
            continue
        places[there] = here
        try:
            theirs = translated(other.load_labels(there, project.size(here)).label_map, joined)
        except MaskwrightError as error:
            report.skipped.append(NotMerged(there, str(error)))
            continue
        _merge_image(project, here, theirs, choices, report)
    _merge_marks(project, other, places, same, report)
    return report


def translated(theirs: LabelMap, joined: JoinedClasses) -> LabelMap:
    """Return a label map of the other project in the classes of both."""
    return LabelMap(joined.table[theirs.labels], theirs.provenance)


def _copy(
    project: Project, other: Project, same: SameImages, report: MergeReport, failed: dict[str, str]
) -> Task[None]:
    """Copy the images that only the other project has; ``failed`` gets the files that cannot be read, and why."""
    only = yield from mapped(files_only_there(other, same), lambda step: step.part(0, 2))
    copied = Copied(report.copied, failed)
    try:
        yield from mapped(copy_images(project, other, only, copied), lambda step: step.part(1, 2))
    finally:
        report.skipped += [NotMerged(file, f"it cannot be copied ({reason})") for file, reason in failed.items()]
    same.note_copies(copied.files)


def _merge_image(project: Project, image_id: str, theirs: LabelMap, choices: MergeChoices, report: MergeReport) -> None:
    def change(before: LabelMap) -> LabelMap:
        joined = join_labels(before, theirs, choices.replace)
        if joined.differing:
            report.differing[image_id] = joined.differing
        return joined.label_map

    try:
        kept = Kept(f"Before “{choices.name}”", choices.versions_bytes)
        changed = edit_closed(project, image_id, change, choices.name, kept) is not None
    except ProjectError:
        raise
    except MaskwrightError as error:
        report.skipped.append(NotMerged(image_id, str(error)))
        return
    (report.merged if changed else report.unchanged).append(image_id)


def _merge_marks(
    project: Project, other: Project, places: dict[str, str], same: SameImages, report: MergeReport
) -> None:
    """Take over the marks of images that have none here."""
    mine = project.marks.all()
    new = {}
    for there, mark in other.marks.all().items():
        here = places.get(there) or same.find(there)
        if here is not None and mine.get(here, EMPTY) == EMPTY:
            new[here] = mark
    if new:
        project.marks.put(new)
        report.marks = new
