"""LoadedImage: one image with all that the files say about it, read at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.language.engine_texts import translated, words
from segcore.editing import History
from segcore.errors import LabelError, MaskwrightError
from segcore.files.stamp import Stamp
from segcore.journal.journal import Journal, recall
from segcore.labels.label_map import LabelMap
from segcore.progress import Task, drive

if TYPE_CHECKING:
    from segcore.images.picture import Picture
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
    note : str
        What the person may want to know although nothing is wrong.
    picture : Picture | None
        Which picture ``image`` is.
    replaced : bool
        Whether ``label_map`` was made on another picture: the image file was replaced since.
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
    note: str = ""
    picture: Picture | None = None
    replaced: bool = False


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

    The labels are read while the image is decoded. A damaged label map, history or prediction becomes a warning. Raises
    ImageError when the image itself cannot be read.
    """
    return drive(loading(project, image_id))


def loading(project: Project, image_id: str) -> Task[LoadedImage]:
    """Do what `load_image` does in steps: a large TIFF file that nobody waits for any more is decoded no further."""
    from concurrent.futures import Future, ThreadPoolExecutor

    from segcore.hardware.memory import give_back_freed_memory
    from segcore.images.image import check_size, image_header, reading  # only now: the window must be seen soon
    from segcore.images.picture import Picture
    from segcore.images.pyramid import pyramid

    path = project.image_path(image_id)
    stamp = Stamp.of(project.image_file(image_id))
    header = image_header(path)
    check_size(path, header)  # before blank labels of this size are made
    shape = header.shape
    pixels: Future[str] = Future()
    with ThreadPoolExecutor(1, "labels") as beside:
        labels = beside.submit(_read_labels, project, image_id, shape, pixels.result)
        try:
            image = yield from reading(path)
            picture = Picture.of(stamp, image)
        except BaseException:
            pixels.cancel()  # or the labels would wait for ever
            raise
        pixels.set_result(picture.pixels)
        levels = pyramid(image)
        found = labels.result()
    if found.label_map.shape != image.shape[:2]:  # the file was replaced in between
        found = _read_labels(project, image_id, (image.shape[0], image.shape[1]), pixels.result)
    project.look_at(image_id, readable=True)
    if image.size > GIVE_BACK_BYTES:
        give_back_freed_memory()
    return LoadedImage(
        image_id,
        image,
        found.label_map,
        found.prediction,
        found.warning,
        levels,
        found.history,
        found.journal,
        found.is_newer,
        found.note,
        picture,
        found.picture not in ("", picture.pixels),
    )


class _Labels(NamedTuple):
    """What the project knows of an image: see the attributes of the same names of `LoadedImage`."""

    label_map: LabelMap
    prediction: ProbabilityMap | None
    warning: str
    history: History | None = None
    journal: Journal | None = None
    is_newer: bool = False
    note: str = ""
    picture: str = ""


def _read_labels(project: Project, image_id: str, shape: tuple[int, int], pixels: Callable[[], str]) -> _Labels:
    """Read labels, prediction and undo history of an image of this shape, (height, width).

    ``pixels`` waits until the image is read, and returns its `content_key`.
    """
    prediction, odd = _prediction(project, image_id, shape, pixels)
    damaged, made_on = None, ""
    try:
        stored = project.load_labels(image_id, shape)
        label_map, trouble, made_on = stored.label_map, translated(stored.warning), stored.picture
    except LabelError as error:
        label_map, damaged, trouble = LabelMap.blank(*shape), error, words(error)
    if project.read_only:
        return _Labels(label_map, prediction, f"{trouble} {odd}".strip(), picture=made_on)
    recalled = recall(project.root, image_id, label_map, project.classes, project.class_history)
    if damaged is None:
        trouble = f"{trouble} {translated(recalled.warning)}".strip()
    elif recalled.is_newer:
        again = translated("The labels were made again from the undo history. They are saved in its place.")
        trouble = f"{translated(damaged.message)} {again}"
    return _Labels(
        recalled.label_map,
        prediction,
        f"{trouble} {odd}".strip(),
        recalled.history,
        recalled.journal,
        recalled.is_newer,
        translated(recalled.note),
        made_on,
    )


def _prediction(
    project: Project, image_id: str, shape: tuple[int, int], pixels: Callable[[], str]
) -> tuple[ProbabilityMap | None, str]:
    """Return the prediction of an image, and what was wrong with it."""
    try:
        return project.predictions.load(image_id, project.classes, shape, pixels), ""
    except MaskwrightError as error:
        return None, words(error)
