"""MergePlan: what a merge would do, before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segcore.errors import MaskwrightError
from segcore.progress import Progress, Task, mapped
from segcore.project.image_copies import bytes_of, files_only_there
from segcore.project.joining import join_classes, join_labels
from segcore.project.label_store import LabelStore
from segcore.project.merging import NotMerged, check_two, translated
from segcore.project.project import Project
from segcore.project.same_images import SameImages


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do.

    Attributes
    ----------
    same : SameImages
        Which images are the same; a merge with it reads no file again.
    matched, added : tuple[str, ...]
        Names of classes that both have, and of those that only the other project has.
    labelled : int
        Images with labels in the other project that this project has, too.
    changing : tuple[str, ...]
        Images of this project that would get labels, whichever labels are kept where the two differ.
    differing : dict[str, int]
        Images, by their number of pixels that persons labelled differently in the two projects.
    only_there : tuple[str, ...]
        Image files that only the other project has.
    nbytes : int
        Of these files.
    unread : tuple[NotMerged, ...]
        Images of both whose labels cannot be read.
    lacking : tuple[str, ...]
        Images with labels in the other project that are neither here nor there.
    """

    same: SameImages
    matched: tuple[str, ...]
    added: tuple[str, ...]
    labelled: int
    changing: tuple[str, ...]
    differing: dict[str, int]
    only_there: tuple[str, ...]
    nbytes: int
    unread: tuple[NotMerged, ...] = ()
    lacking: tuple[str, ...] = ()


def plan_merge(project: Project, other: Project) -> Task[MergePlan]:
    """Find out what `merge` would do; no file is changed.

    Raises
    ------
    ClassesError
        Both together have more than 255 classes.
    ProjectError
        The two are one project.
    """
    check_two(project, other)
    joined, same = join_classes(project.classes, other.classes), SameImages(project, other)
    only = yield from mapped(files_only_there(other, same), lambda step: step.part(0, 2))
    labelled = sorted(LabelStore(other.root).stamps())
    changing, unread, lacking, there_ids = [], [], [], set(other.image_ids())
    differing: dict[str, int] = {}
    found = 0
    for done, there in enumerate(labelled):
        yield Progress(done, len(labelled), there).part(1, 2)
        here = same.find(there)
        if here is None:
            if there not in there_ids:
                lacking.append(there)
            continue
        found += 1
        try:
            theirs = translated(other.load_labels(there, project.size(here)).label_map, joined)
            mine = project.load_labels(here).label_map
        except MaskwrightError as error:
            unread.append(NotMerged(there, str(error)))
            continue
        result = join_labels(mine, theirs)
        if result.differing:
            differing[here] = result.differing
        if not np.array_equal(result.label_map.provenance, mine.provenance):
            changing.append(here)
    matched = tuple(name for name in other.classes.names if project.classes.named(name) is not None)
    size = bytes_of(other, only)
    return MergePlan(
        same,
        matched,
        joined.added,
        found,
        tuple(changing),
        differing,
        tuple(only),
        size,
        tuple(unread),
        tuple(lacking),
    )
