"""Ahead: the image that the person may go to next, read before; used while its files are the same. For lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.document.loaded_image import LoadedImage, loading
from segcore.files.stamp import Stamp
from segcore.journal.journal import journal_path
from segcore.progress import Task

if TYPE_CHECKING:
    from segcore.project.project import Project

MOST_PIXELS = 64_000_000
"""A larger image is not read ahead: it takes gigabytes, and the person need not go there."""


@dataclass(frozen=True)
class Ahead:
    """An image, and what differs when one of its files is changed."""

    stamps: tuple[int, ...]
    loaded: LoadedImage


def read_ahead(project: Project, image_id: str) -> Task[Ahead | None]:
    """Read an image that nobody has asked for yet; None: too large, or not readable."""
    stamps = _stamps(project, image_id)
    try:
        height, width = project.size(image_id)
        if height * width > MOST_PIXELS:
            return None
        loaded = yield from loading(project, image_id)
        return Ahead(stamps, loaded)
    except Exception:  # it is told when the person goes there
        return None


def load(project: Project, image_id: str, ahead: Ahead | None) -> Task[LoadedImage]:
    """Take the image that was read ahead when its files are the same, else read it. Raises what `loading` raises."""
    if ahead is not None and ahead.stamps == _stamps(project, image_id):
        return ahead.loaded
    return (yield from loading(project, image_id))


def _stamps(project: Project, image_id: str) -> tuple[int, ...]:
    paths = (
        project.image_file(image_id),
        project.labels_path(image_id),
        project.provenance_path(image_id),
        project.prediction_path(image_id),
        journal_path(project.root, image_id),
        project.root / "project.json",
    )
    return tuple(fact for path in paths for fact in Stamp.of(path))
