"""HeadLane: what happens on the lane "live", which alone touches the live head of a project."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.adaptation.answer import Answer, answer_of
from app.adaptation.draft import Draft
from segcore.adaptation.feature_pyramid import IMAGENET_NETWORK, STRIDE
from segcore.editing import Box, Edit
from segcore.editing.brush import Covered
from segcore.errors import AdaptationError
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, State
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.adaptation.feature_pyramid import FeaturePyramid
    from segcore.adaptation.live_head import LiveHead
    from segcore.adaptation.painted_strokes import PaintedStrokes
    from segcore.project.project import Project

LANE = "live"
LAST_LANE = "head"
"""For `HeadLane.close`: a shutdown waits for it."""


class Move(Enum):
    """What happened in the undo history."""

    DONE = "done"
    UNDONE = "undone"
    REDONE = "redone"


class Event(NamedTuple):
    """A move in the undo history, and its edit."""

    move: Move
    edit: Edit


@dataclass(frozen=True)
class OpenImage:
    """The image that is worked on.

    Attributes
    ----------
    image_id : str
    image : NDArray[np.uint8]
        RGB [H, W, 3].
    label_map : LabelMap
        The document's own: the person paints into it until another image is shown.
    picture : str
        `content_key` of ``image``; "" when unknown.
    replaced : bool
        Whether the labels were made on another picture, and nobody has said that they fit: they are not learned.
    """

    image_id: str
    image: NDArray[np.uint8]
    label_map: LabelMap
    picture: str = ""
    replaced: bool = False


class HeadLane:
    """The live head of one project. Methods belong to the lane, except `save` and `close`, which any lane may call.

    Parameters
    ----------
    project : Project
        Can be written.
    name : str
        Name of the edits.
    """

    def __init__(self, project: Project, name: str) -> None:
        self._project = project
        self._name = name
        self._lock = threading.Lock()
        self._head: LiveHead | None = None
        self._earlier: tuple[dict[str, NDArray[Any]], dict[str, bool]] | None = (
            None  # before a class was replaced in all images
        )
        self._strokes: PaintedStrokes | None = None
        self._opened: tuple[OpenImage, FeaturePyramid] | None = None
        self._unsaved = self._closed = False

    def load(self) -> AdaptationError | None:
        """Read what was learned in this project; return why that cannot be used, when it begins afresh for that."""
        from segcore.adaptation.project_head import load_project_head

        with self._lock:
            try:
                self._head = load_project_head(self._project, network=IMAGENET_NETWORK)
            except AdaptationError as error:
                return error
            return None

    def open(
        self, image: OpenImage, pyramid: FeaturePyramid, label_map: LabelMap, suggests: bool = True
    ) -> Task[Answer | None]:
        """Work on this image; ``label_map`` is a copy of its labels as they are now.

        Returns what the head suggests where nobody has painted anything; None when somebody has, unless it
        ``suggests``, and while it knows one class only, which says nothing about another image.
        """
        with self._lock:
            if self._closed:
                return None
            yield from self._leave()
            self._opened = image, pyramid
            yield from self._begin(label_map)
            assert self._head is not None
            if not suggests or label_map.state() not in (State.NEW, State.PREDICTED) or len(self._head.values) < 2:
                return None
            yield Progress(1, 2)
            return (yield from self._decide(label_map, None))

    def follow(
        self, events: Sequence[Event], label_map: LabelMap, decide: bool, region: Box | None = None, fewest: int = 1
    ) -> Task[Answer | None]:
        """Learn from what was painted and undone; ``label_map`` is a copy of the labels after all ``events``.

        Returns what the head makes of the free pixels of a ``region``, or of all; None unless it is to ``decide`` and
        knows at least the ``fewest`` classes.
        """
        with self._lock:
            if self._closed or self._strokes is None:
                return None
            yield from self._keep_up(events, label_map)
            decides = decide and self._head is not None and len(self._head.values) >= fewest
            return (yield from self._decide(label_map, region)) if decides else None

    def draft(self, events: Sequence[Event], label_map: LabelMap, region: Box, fewest: int = 1) -> Task[Draft | None]:
        """Learn as `follow` does; return roughly what it would return for a ``region``, much sooner."""
        with self._lock:
            if self._closed or self._strokes is None:
                return None
            yield from self._keep_up(events, label_map)
            knows = self._head is not None and len(self._head.values) >= fewest
            return self._drafted(label_map, region) if knows else None

    def leave(self) -> Task[None]:
        """Learn from the open image as it was left, as a whole when it is done."""
        with self._lock:
            yield from self._leave()

    def rename_classes(self, change: dict[int, int | None]) -> None:
        """Use other class values; None: the class was removed."""
        with self._lock:
            if self._head is not None:
                self._head.rename_classes(change)
                self._unsaved = True

    def remember(self) -> None:
        """Keep a copy of what is known, for `recall`; one that was kept before is dropped."""
        with self._lock:
            self._earlier = None
            if self._head is not None:
                arrays, keys = self._head.state()
                self._earlier = {name: array.copy() for name, array in arrays.items()}, dict(keys)

    def recall(self) -> None:
        """Know what was known at `remember` and nothing that was learned since; no image is open then."""
        with self._lock:
            if self._earlier is not None and self._head is not None:
                self._opened = self._strokes = None
                self._head.restore(*self._earlier)
                self._earlier, self._unsaved = None, True

    def save(self) -> None:
        """Write what was learned, if that is new. Raises ProjectError, ProjectBusyError."""
        with self._lock:
            self._save()

    def close(self) -> None:
        """Leave the open image and write what was learned; what the lane is asked for later does nothing."""
        with self._lock:
            self._closed = True
            for _ in self._leave():
                pass
            self._save()

    # -- inside, with the lock held ----------------------------------------------------------------------------------

    def _begin(self, label_map: LabelMap) -> Task[None]:
        """Open the image in the head; what is painted in it is learned at once."""
        from segcore.adaptation.live_head import LiveHead
        from segcore.adaptation.painted_strokes import PaintedStrokes

        assert self._opened is not None
        image, pyramid = self._opened
        if self._head is None:
            self._head = LiveHead(network=IMAGENET_NETWORK)
        self._strokes = None
        known = None if image.replaced else self._known(label_map)
        yield from self._head.open_image(
            image.image, pyramid, known, label_map.provenance, image.image_id, image.picture
        )
        self._strokes = PaintedStrokes(self._head)
        self._unsaved = self._unsaved or bool(label_map.human().any())

    def _keep_up(self, events: Sequence[Event], label_map: LabelMap) -> Task[None]:
        assert self._strokes is not None
        is_done = label_map.state() is State.DONE
        if all(self._follow(event, not is_done) for event in events):
            self._strokes.settle(label_map)
        else:  # the step was made before the image was opened
            yield from self._begin(label_map)
        self._unsaved = self._unsaved or bool(events)
        yield Progress(1, 2)

    def _follow(self, event: Event, confirms: bool) -> bool:
        assert self._strokes is not None
        if event.move is Move.DONE:
            self._strokes.done(event.edit, confirms)
            return True
        return self._strokes.undone() if event.move is Move.UNDONE else self._strokes.redone()

    def _decide(self, label_map: LabelMap, region: Box | None) -> Task[Answer]:
        assert self._head is not None
        height, width = label_map.shape
        box = region or Box(0, 0, width, height)
        if region is None:
            decision = yield from self._head.decide_all(label_map.labels, label_map.provenance)
        else:
            decision = self._head.decide(label_map.labels, label_map.provenance, region)
        return answer_of(label_map, decision.labels, box, self._kept_empty(label_map), self._name)

    def _drafted(self, label_map: LabelMap, region: Box) -> Draft:
        assert self._head is not None
        decided, cells = self._head.draft(label_map.labels, label_map.provenance, region)
        return Draft(label_map, decided, cells, STRIDE, self._kept_empty(label_map))

    def _kept_empty(self, label_map: LabelMap) -> list[Covered]:
        assert self._strokes is not None
        return [covered for covered in self._strokes.kept_empty(label_map) if not covered.box.is_empty]

    def _leave(self) -> Task[None]:
        opened, self._opened, self._strokes = self._opened, None, None
        if self._head is None or opened is None or not self._head.is_open:
            return
        label_map = opened[0].label_map
        if label_map.state() is State.DONE and not opened[0].replaced:
            self._unsaved = True
            yield from self._head.finish_image(self._known(label_map))
        else:
            self._head.leave_image()

    def _save(self) -> None:
        from segcore.adaptation.project_head import save_project_head

        if self._unsaved and self._head is not None and not self._project.read_only:
            save_project_head(self._project, self._head)
            self._unsaved = False

    def _known(self, label_map: LabelMap) -> NDArray[np.uint8]:
        """Return the labels that a person painted or confirmed, 255 for those of a class that is no more."""
        known = np.zeros(256, np.bool_)
        known[self._project.classes.indices] = True
        truth = label_map.ground_truth()
        return np.where(known[truth], truth, np.uint8(IGNORE_INDEX))
