"""Adapting a project: learn from all that a person painted or confirmed, then label the images that nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import IMAGENET_NETWORK, FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.project_head import check_writable, save_project_head
from segcore.adaptation.project_network import ProjectNetwork
from segcore.errors import AdaptationError, MaskwrightError
from segcore.images.content_key import content_key
from segcore.images.image import read_image
from segcore.labels.label_map import State
from segcore.progress import Progress, Task, mapped
from segcore.project.closed_edit import accept_closed
from segcore.project.project import Project

if TYPE_CHECKING:
    from segcore.adaptation.features import Features
    from segcore.adaptation.network_in_use import NetworkInUse

UNTOUCHED = (State.NEW, State.PREDICTED)
"""States of images without a pixel of a person."""
EDIT_NAME = "Label with what was learned"
"""What the undo history of an image that has one calls its new labels."""


@dataclass
class Adaptation:
    """What was done.

    Attributes
    ----------
    learned, labelled : list[str]
        Ids of the images that were learned from, and of those that got labels.
    failures : list[tuple[str, str]]
        Ids of images that could not be used, and why.
    replaced : list[str]
        Ids, of those learned from, whose file was replaced by another picture after it was labelled.
    """

    learned: list[str] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Looking:
    """What looks at images: the frozen network, and the one in use if there is one."""

    features: Features
    network: NetworkInUse | None

    def at(self, image: NDArray[np.uint8], image_id: str) -> Task[FeaturePyramid]:
        """Return the features of an image, uint8 RGB [H, W, 3]."""
        pyramid = yield from self.features.of(image)
        return pyramid if self.network is None else (yield from self.network.join(image, pyramid, image_id))


def adapt_project(
    project: Project,
    load: Callable[[], Task[Features]],
    image_ids: Sequence[str] | None = None,
    done_only: bool = False,
    options: LiveOptions | None = None,
) -> Task[Adaptation]:
    """Fit a new head to a project's corrections, write it, and label the images without any as predicted.

    Parameters
    ----------
    project : Project
        Open for writing; labels and provenance of a person stay as they are.
    load : callable
        Loads the ImageNet network; called once it is clear that there is something to learn from.
    image_ids : Sequence[str] or None
        Label only these images; None: all that are new or only predicted.
    done_only : bool
        Learn only from images that are marked as done.
    options : LiveOptions or None
        How the head learns and decides; it withholds no class, for nobody paints on the images that it labels.

    Returns
    -------
    Task[Adaptation]
        Closing it keeps the images that are labelled already, each of them whole. Raises AdaptationError when there is
        nothing to learn from or an image may not be labelled, ProjectError when the project cannot be written.
    """
    check_writable(project)
    sources, targets = _sources(project, done_only), _targets(project, image_ids)
    features = yield from load()
    found = Adaptation()
    nobody_paints = replace(options or LiveOptions(), withholds=False)
    head = LiveHead(nobody_paints, IMAGENET_NETWORK)
    network = yield from ProjectNetwork().of(project, str(features.device))
    looking = Looking(features, network)
    total = len(sources) + len(targets)
    for number, image_id in enumerate(sources):
        try:
            fits = yield from mapped(_learn(project, looking, head, image_id), _always(number, total, image_id))
            found.learned.append(image_id)
            if not fits:
                found.replaced.append(image_id)
        except (MaskwrightError, OSError, MemoryError) as error:
            found.failures.append((image_id, str(error) or type(error).__name__))
    if not found.learned:
        raise AdaptationError(
            f"No corrected image of {project.root} can be read: {found.failures[0][1]}", "Check the images and labels."
        )
    save_project_head(project, head)
    for number, image_id in enumerate(targets, len(sources)):
        try:
            yield from mapped(_label(project, looking, head, image_id), _always(number, total, image_id))
            found.labelled.append(image_id)
        except (MaskwrightError, OSError, MemoryError) as error:
            project.check_writer()  # the others would fail too
            found.failures.append((image_id, str(error) or type(error).__name__))
    yield Progress(total, total)
    return found


def _sources(project: Project, done_only: bool) -> list[str]:
    corrected = project.corrected_ids()
    if not corrected:
        raise AdaptationError(f"No image of {project.root} is corrected yet.", "Paint or confirm some pixels first.")
    chosen = [each for each in corrected if project.state(each) is State.DONE] if done_only else corrected
    if not chosen:
        raise AdaptationError(f"No image of {project.root} is marked as done.", "Mark one, or learn from all of them.")
    return chosen


def _targets(project: Project, image_ids: Sequence[str] | None) -> list[str]:
    known = project.image_ids()
    for image_id in image_ids or ():
        if image_id not in known:
            raise AdaptationError(
                f"{project.root} has no image {image_id}.", "Name it by its path in the image folder."
            )
        if project.state(image_id) not in UNTOUCHED:
            raise AdaptationError(
                f"A person has corrected {image_id}.", "Only untouched images are labelled; leave it out."
            )
    chosen = known if image_ids is None else [each for each in known if each in set(image_ids)]
    return [each for each in chosen if project.state(each) in UNTOUCHED]


def _learn(project: Project, looking: Looking, head: LiveHead, image_id: str) -> Task[bool]:
    """Learn from an image: as a whole when it is done, else from the pixels that a person painted or confirmed.

    Returns whether it is the picture that was labelled, as far as that is known.
    """
    image = read_image(project.image_path(image_id))
    stored = project.load_labels(image_id)
    label_map, picture = stored.label_map, content_key(image)
    project.warn(stored.warning)
    pyramid = yield from looking.at(image, image_id)
    if label_map.state() is State.DONE:
        yield from head.open_image(image, pyramid, key=image_id, picture=picture)
        yield from head.finish_image(label_map.ground_truth())
    else:
        yield from head.open_image(image, pyramid, label_map.labels, label_map.provenance, image_id, picture)
        head.leave_image()
    return stored.picture in ("", picture)


def _label(project: Project, looking: Looking, head: LiveHead, image_id: str) -> Task[None]:
    image = read_image(project.image_path(image_id))
    pyramid = yield from looking.at(image, image_id)
    yield from head.open_image(image, pyramid, key=image_id)
    label_map = project.load_label_map(image_id)
    decision = yield from head.decide_all(label_map.labels, label_map.provenance)
    accept_closed(project, image_id, decision.labels, EDIT_NAME, picture=content_key(image))


def _always(done: int, total: int, image_id: str) -> Callable[[Progress], Progress]:
    """Return what shows one image as one step, whatever its parts say."""
    return lambda _: Progress(done, total, image_id)
