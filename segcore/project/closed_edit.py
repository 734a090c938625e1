"""Edits of images that are not open: label files, undo history and index change together."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.editing import diff
from segcore.journal.journal import Recalled, journal_path, recall
from segcore.labels.label_map import LabelMap, State
from segcore.project.project import Project


class Kept(NamedTuple):
    """How the labels before an edit are kept as a version.

    Attributes
    ----------
    what : str
        What the list of versions calls it.
    budget : int
        Bytes of all versions of the project; 0: none is kept.
    """

    what: str
    budget: int


def edit_closed(
    project: Project,
    image_id: str,
    change: Callable[[LabelMap], LabelMap],
    name: str,
    kept: Kept | None = None,
    picture: str | None = None,
) -> State | None:
    """Change the labels of an image that is open nowhere, as one edit of its undo history.

    Parameters
    ----------
    project, image_id : Project, str
        The image.
    change : Callable
        Gets the label map as it is and returns a new one of the same size.
    name : str
        What the undo history calls it.
    kept : Kept or None
        None: the labels before are not kept as a version.
    picture : str or None
        What the labels are made on from now on, see `Project.save_label_map`; None: what they were.

    Returns
    -------
    State | None
        Of the image now; None when its label files hold this already, and no file was written.

    Raises
    ------
    ImageError, LabelError
        The image or its labels cannot be read.
    ProjectError, ProjectBusyError
        The files cannot be written. What was not saved is in the undo history, if that could be written.
    """
    found = _recalled(project, image_id)
    after = change(found.label_map)
    edit = diff(found.label_map, after, name)
    if edit.is_empty:  # the undo history may know what a process that was killed could not save any more
        return project.save_label_map(image_id, after, picture=picture) if found.is_newer else None
    if kept is not None and kept.budget > 0:
        project.versions.keep(image_id, kept.what, kept.budget)
    found.journal.edit(edit)
    return _saved(project, image_id, found, after, picture)


def undo_closed(project: Project, image_id: str, name: str) -> State | None:
    """Take back the newest edit of an image that is open nowhere; return its state then.

    None, and nothing changes, when the newest edit is not called ``name``. Raises as `edit_closed` does.
    """
    found = _recalled(project, image_id)
    if found.history.undo_name != name or (newest := found.history.undo()) is None:
        return None
    before = LabelMap(found.label_map.labels.copy(), found.label_map.provenance.copy())
    newest.undo(before)
    found.journal.undo(newest)
    return _saved(project, image_id, found, before)


def accept_closed(
    project: Project,
    image_id: str,
    labels: NDArray[np.uint8],
    name: str,
    kept: Kept | None = None,
    picture: str | None = None,
) -> None:
    """Give every open pixel of an image that is open nowhere its label of ``labels``, uint8 [H, W], 255: none.

    Where the image has an undo history, it gets this as an edit, and a version is ``kept``; otherwise neither is begun,
    so that predicting 20,000 images writes none. The others are those of `edit_closed`, which tells what is raised.
    """
    if journal_path(project.root, image_id).exists():
        edit_closed(project, image_id, lambda label_map: label_map.accept(labels), name, kept, picture)
    else:
        project.save_label_map(image_id, project.load_label_map(image_id).accept(labels), picture=picture)


def _recalled(project: Project, image_id: str) -> Recalled:
    label_map = project.load_labels(image_id).label_map
    return recall(project.root, image_id, label_map, project.classes, project.class_history)


def _saved(project: Project, image_id: str, found: Recalled, label_map: LabelMap, picture: str | None = None) -> State:
    """Write the undo history first: when the labels cannot be saved then, the next load brings the edit back."""
    project.check_writer()
    found.journal.write()
    found.journal.sync()
    return project.save_label_map(image_id, label_map, picture=picture)
