"""LoadedImage: one image with all that the files say about it, read at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.language.engine_texts import translated, words
from segcore.editing import History
from segcore.errors import LabelError, MaskwrightError
from segcore.journal.journal import Journal, recall
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.project.project import Project

GIVE_BACK_BYTES = 150_000_000
"""Decoding a larger image took more than this beside it."""


@dataclass(frozen=True)
class LoadedImage:
    """One image with all that is known about it.

    Attributes
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3].
    label_map : LabelMap
        [H, W]; blank where there was none or it could not be read.
    prediction : ProbabilityMap | None
        In the project's classes, [H, W].
    warning : str
        What could not be read, for the person; empty when all is well.
    levels : tuple[NDArray[np.uint8], ...]
        The image at 1/2, 1/4, ... of its size, to be drawn small; made here because it takes time.
    history : History | None
        The edits that led to ``label_map``; None when nothing is known of them.
    journal : Journal | None
        Where the next edits are to be written; None when they are not.
    is_newer : bool
        Whether ``label_map`` holds edits that the label files do not.
    """

    image_id: str
    image: NDArray[np.uint8]
    label_map: LabelMap
    prediction: ProbabilityMap | None = None
    warning: str = ""
    levels: tuple[NDArray[np.uint8], ...] = ()
    history: History | None = None
    journal: Journal | None = None
    is_newer: bool = False


@dataclass(frozen=True)
class Draft:
    """A small picture, uint8 RGB [h, w, 3], of a large image that is being loaded."""

    image_id: str
    picture: NDArray[np.uint8]


def paintable(label_map: LabelMap) -> LabelMap:
    """Return it with arrays that can be painted into and shared with the screen; copied only where need be."""
    labels, provenance = (np.require(each, None, ["C", "W"]) for each in (label_map.labels, label_map.provenance))
    return LabelMap(labels, provenance)


def load_image(project: Project, image_id: str) -> LoadedImage:
    """Read an image, its label map, its undo history and its prediction; slow, for a lane. Changes no file.

    A damaged label map, history or prediction becomes a warning. Raises ImageError when the image itself cannot be
    read.
    """
    from segcore.hardware.memory import give_back_freed_memory
    from segcore.images.image import read_image  # only now: the window must be seen soon
    from segcore.images.pyramid import pyramid

    image = read_image(project.image_path(image_id))
    project.look_at(image_id, readable=True)
    shape = (image.shape[0], image.shape[1])
    label_map, trouble, damaged = LabelMap.blank(*shape), "", None
    try:
        stored = project.load_labels(image_id, shape)
        label_map, trouble = stored.label_map, translated(stored.warning)
    except LabelError as error:
        damaged, trouble = error, words(error)
    recalled = None
    if not project.read_only:
        recalled = recall(project.root, image_id, label_map, project.classes, project.class_history)
        if damaged is None:
            trouble = f"{trouble} {translated(recalled.warning)}".strip()
        elif recalled.is_newer:
            again = translated("The labels were made again from the undo history. They are saved in its place.")
            trouble = f"{translated(damaged.message)} {again}"
    prediction, odd = _prediction(project, image_id, shape)
    warning = f"{trouble} {odd}".strip()
    loaded = LoadedImage(image_id, image, label_map, prediction, warning, pyramid(image))
    if image.size > GIVE_BACK_BYTES:
        give_back_freed_memory()
    if recalled is None:
        return loaded
    return replace(
        loaded,
        label_map=recalled.label_map,
        history=recalled.history,
        journal=recalled.journal,
        is_newer=recalled.is_newer,
    )


def _prediction(project: Project, image_id: str, shape: tuple[int, int]) -> tuple[ProbabilityMap | None, str]:
    """Return the prediction of an image, and what was wrong with it."""
    try:
        return project.load_prediction(image_id, shape), ""
    except MaskwrightError as error:
        return None, words(error)
