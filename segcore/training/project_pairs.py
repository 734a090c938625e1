"""The corrected images of a project as training reads them: from a snapshot of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segcore.labels.classes import ClassSet
from segcore.progress import Progress, Task, mapped
from segcore.project.project import Access, Project
from segcore.project.snapshot import take_snapshot
from segcore.training.dataset import Pair


@dataclass(frozen=True)
class ProjectPairs:
    """What a project has to learn from: its corrected images, its classes and its name."""

    pairs: tuple[Pair, ...]
    classes: ClassSet
    name: str


def project_pairs(root: Path, folder: Path) -> Task[ProjectPairs]:
    """Put a snapshot of the corrected labels into ``folder`` and return the pairs; no file of the project changes.

    Raises ProjectError when the project cannot be opened or the folder cannot be written.
    """
    with Project.open(root, Access.READ) as project:
        shown = Progress(0, 0, "Reading the corrected labels")
        taken = yield from mapped(take_snapshot(project, folder), lambda _: shown)
        pairs = tuple(Pair(each.image_id, each.image, each.labels, each.provenance) for each in taken)
        return ProjectPairs(pairs, project.classes, project.name)
