"""Opening: from a path to a project and an image. Slow; for the io lane."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ProjectBusyError, ProjectError
from segcore.formats.data_sets import images_inside, images_of_file, is_labels
from segcore.formats.nifti_stacks import nifti_cases
from segcore.images.list_images import IMAGE_SUFFIXES, list_images
from segcore.progress import Task, drive
from segcore.project.index import ImageRecord
from segcore.project.pack_layout import is_packed
from segcore.project.project import Access, Project
from segcore.project.project_file import is_project
from segcore.project.project_places import beside, existing_project_for

LOOK_SECONDS = 0.3
"""How long files are looked into for pages and slices before the first image is shown; the rest comes later."""
ANCESTORS = 6
"""How far above an image its project's folder is looked for."""

MANY = 5000
"""A project of so many images shows the first one before its list is read, which then takes most of a second."""
SLOW_SECONDS = 0.05
"""A folder that takes longer to say whether it is there, as on a network, does so with any number of images."""


@dataclass(frozen=True)
class Opened:
    """A project that is open, and what to show of it.

    Attributes
    ----------
    records : list[ImageRecord] | None
        Of all images; None for `MANY`, and in a slow folder: its list is that of the last time, and both are to be
        read and checked.
    image_id : str | None
        The image to be shown first; None: the person's last.
    readable : str | None
        The first that can be read, should there be no last one; the first of all when none can.
    """

    project: Project
    records: list[ImageRecord] | None
    image_id: str | None = None
    readable: str | None = None


@dataclass(frozen=True)
class Unlabelled:
    """A folder of images that has no project yet; ``beside`` is where it would lie, ``labels`` what it may import."""

    folder: Path
    beside: Path
    image_id: str | None = None
    labels: Path | None = None


@dataclass(frozen=True)
class Packed:
    """A zip file that holds a project, or images with their labels; it has to be unpacked before it can be opened."""

    path: Path
    is_project: bool = True


@dataclass(frozen=True)
class NiftiImages:
    """A folder whose images are NIfTI files; they have to become TIFF stacks before they can be opened."""

    path: Path


Found = Opened | Unlabelled | Packed | NiftiImages


def find(path: Path) -> Task[Found]:
    """Open what ``path`` is: a project, its project.json, a packed project, a folder of images, or an image.

    Raises ProjectError when it is none of these, and whatever `Project.open` raises.
    """
    try:
        return (yield from _find(path))
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be opened ({error.strerror or error}).", "Check the path and its permissions."
        ) from error


def _find(path: Path) -> Task[Found]:
    with suppress(RuntimeError):  # "~name" of nobody: a folder may be called so
        path = path.expanduser()
    path = path.absolute()
    if path.name == "project.json" and is_project(path.parent):
        path = path.parent
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise ProjectError(f"{path} does not exist.", "Check the path.")
    if is_packed(path):
        return Packed(path)
    if path.suffix.lower() not in IMAGE_SUFFIXES or not path.is_file():
        if path.is_file() and is_labels(path):
            return (yield from _of_labels(path))
        raise ProjectError(f"{path} is neither an image, a folder nor a project.", "Open a folder of images.")
    for folder in list(path.parents)[:ANCESTORS]:
        known = existing_project_for(folder)
        if known is not None:
            return _opened(known, path.relative_to(folder).as_posix())
    return Unlabelled(path.parent, beside(path.parent), path.name)


def _folder(path: Path) -> Opened | Unlabelled | NiftiImages:
    known = path if is_project(path) else existing_project_for(path)
    if known is not None:
        return _opened(known)
    if path.name.endswith(".maskwright"):
        raise ProjectError(f"{path} is not a complete project: project.json is missing.", "Open the folder of images.")
    try:
        empty = next(list_images(path), None) is None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}).", "Check its permissions.") from error
    if empty and nifti_cases(path):
        return NiftiImages(path)
    if empty:
        raise ProjectError(f"There are no images in {path}.", "Choose a folder that contains images.")
    images = images_inside(path)
    known = None if images == path else existing_project_for(images)
    return (
        Unlabelled(images, beside(images), labels=None if images == path else path) if known is None else _opened(known)
    )


def _of_labels(path: Path) -> Task[Found]:
    """Return the images that a file of labels belongs to. Raises ProjectError."""
    images = yield from images_of_file(path)
    if images is None:
        raise ProjectError(
            f"There are no images beside {path} that its labels are named like.",
            "Open the folder of images, then drop the labels onto the window.",
        )
    if images == path:
        return Packed(path, is_project=False)
    known = existing_project_for(images)
    return Unlabelled(images, beside(images), labels=path) if known is None else _opened(known)


def _opened(root: Path, image_id: str | None = None) -> Opened:
    """Open a project to write it, or to look at it while another process writes it. Raises ProjectError."""
    begun = time.monotonic()
    root.is_dir()
    many = 1 if time.monotonic() - begun > SLOW_SECONDS else MANY
    try:
        project = Project.open(root, kept_from=many, seconds=LOOK_SECONDS)
    except ProjectBusyError:
        project = Project.open(root, Access.READ, many, LOOK_SECONDS)
    return opened(project, image_id, many)


def opened(project: Project, image_id: str | None = None, many: int = MANY) -> Opened:
    """Read the records of a project, unless they are so ``many``.

    What is wrong with its CRF parameters joins its warnings.
    """
    from segcore.crf.parameters_file import problem_of

    ids = project.image_ids()
    if image_id is not None and image_id not in ids:  # it may be newer than the last list
        drive(project.rescan(LOOK_SECONDS))
        ids = project.image_ids()
    records = project.records() if len(ids) < many else None
    project.warn(problem_of(project.settings))
    readable = next((key for key in ids if not project.record(key).unreadable), next(iter(ids), None))
    return Opened(project, records, image_id if image_id in ids else None, readable)
