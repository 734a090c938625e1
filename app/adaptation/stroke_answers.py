"""StrokeAnswers: asks the live head after each stroke, and puts its answer into the stroke's own undo step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QRect, QTimer, Signal

from app.adaptation.answer import Answer
from app.adaptation.draft import Draft
from app.adaptation.head_lane import LANE, Event, HeadLane, Move
from app.document.document import Document
from app.jobs.job_runner import Job, JobRunner
from segcore.editing import Box, Edit, Recorder
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap

LARGE_PIXELS = 2_000_000
MOST_SHARE = 0.7
"""An image with more pixels is asked about in two parts, when so much of it or less is visible. When more pixels are
visible, a draft of them comes first."""


class StrokeAnswers(QObject):
    """Follows the history of the open image. One question is under way at a time, about all that happened until then.

    A large image is asked about twice: the visible part, or a draft of it, then all of it.

    A stroke that erases is learned from, but asks for no answer. An answer is dropped when the labels have changed
    since its question; the next stroke's answer covers it.
    """

    answered = Signal(Answer)
    """This Answer is in the labels now."""
    drafted = Signal(object, QRect)
    """Labels, uint8 [H, W], to be shown in place of the document's, or None; in an empty rectangle all are new."""
    failed = Signal(Exception)

    def __init__(
        self, document: Document, jobs: JobRunner, visible: Callable[[], Box], parent: QObject | None = None
    ) -> None:
        """``visible`` returns the pixels of the image that are on the screen."""
        super().__init__(parent)
        self._visible = visible
        self._document = document
        self._jobs = jobs
        self._lane: HeadLane | None = None
        self._events: list[Event] = []
        self._last: Edit | None = None
        self._fewest = 1  # classes that must be known; after a command two, or one class would fill the image
        self._unanswered: Edit | None = None  # the newest step, a stroke
        self._job: Job | None = None
        self._completes = False  # the visible part has its answer, the rest is still to come
        self._draft: Draft | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)  # whether a commit was a stroke is told after it
        self._soon.timeout.connect(self._ask)
        document.committed.connect(self._commit)
        document.extended.connect(self._extend)
        document.undone.connect(partial(self._move, Move.UNDONE))
        document.redone.connect(partial(self._move, Move.REDONE))
        document.stroke_ended.connect(self._stroke_ended)
        document.history_changed.connect(self._soon.start)
        document.labels_changed.connect(self._labels_changed)

    @property
    def asking(self) -> bool:
        """Whether there is a lane to ask."""
        return self._lane is not None

    def watch(self) -> LabelMap:
        """Return a copy of the labels as they are now, and keep what happens from now on for `begin`."""
        self._events.clear()
        return copy_of(self._document)

    def begin(self, lane: HeadLane) -> None:
        """Ask this lane from now on, first about what happened since `watch`."""
        self._lane = lane
        self._ask()

    def end(self) -> None:
        """Ask nothing more, and drop the answer that is on its way."""
        self._lane = self._last = self._unanswered = None
        self._completes = False
        self._events.clear()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._show(None)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _commit(self, edit: Edit) -> None:
        self._last, self._unanswered = edit, None
        self._note(Event(Move.DONE, edit))

    def _note(self, event: Event) -> None:
        if self._completes and self._job is not None:  # what it knows is old, and it holds up the next question
            self._job.cancel()
            self._job = None
        self._completes = False
        self._events.append(event)

    def _extend(self, last: Edit, _more: Edit, joined: Edit) -> None:
        if self._unanswered is last:
            self._unanswered = joined

    def _move(self, move: Move, edit: Edit) -> None:
        self._last = self._unanswered = None
        self._note(Event(move, edit))

    def _stroke_ended(self, stroke: Recorder) -> None:
        last, self._last = self._last, None
        if last is not None and last.name == stroke.name and stroke.changed and stroke.value != IGNORE_INDEX:
            self._unanswered, self._fewest = last, 1 if stroke.value is not None else 2
        self._ask()

    def _ask(self) -> None:
        if self._unanswered is None:
            self._show(None)
        free = not self._document.stroke_in_progress
        decides = self._unanswered is not None and free
        if self._lane is None or self._job is not None or not (decides or (self._events and free)):
            return
        events, self._events = tuple(self._events), []
        label_map, revision, stroke = copy_of(self._document), self._document.revision, self._unanswered
        region, is_draft = (None, False) if self._completes or not decides else self._first_part(label_map)
        work = (
            partial(self._lane.draft, events, label_map, region, self._fewest)
            if is_draft and region is not None
            else partial(self._lane.follow, events, label_map, decides, region, self._fewest)
        )
        job = self._jobs.submit(LANE, work, quiet=True)
        job.succeeded.connect(partial(self._take, stroke, revision, region is None))
        job.failed.connect(self.failed)
        self._job = job

    def _first_part(self, label_map: LabelMap) -> tuple[Box | None, bool]:
        """Return the visible part of a large image, None for all of it, and whether to make a draft of it first."""
        height, width = label_map.shape
        seen = self._visible().clipped(height, width)
        pixels = seen.width * seen.height
        if pixels > LARGE_PIXELS:
            return seen, True
        is_part = 0 < pixels < MOST_SHARE * height * width and height * width > LARGE_PIXELS
        return (seen if is_part else None), False

    def _take(self, stroke: Edit | None, revision: int, is_whole: bool, answer: Answer | Draft | None) -> None:
        self._job = None
        is_current = revision == self._document.revision and not self._document.stroke_in_progress
        if answer is not None and stroke is not None and stroke is self._unanswered and is_current:
            self._completes = not is_whole
            if isinstance(answer, Draft):
                self._show(answer)
            else:
                self._put_in(stroke, revision, answer, is_whole)
        elif answer is None and stroke is self._unanswered:
            self._unanswered = None  # there is nothing to say
        self._ask()

    def _put_in(self, stroke: Edit, revision: int, answer: Answer, is_whole: bool) -> None:
        if is_whole:
            self._unanswered = None
            self._show(None)  # now: the draft need not follow the answer
        if not answer.edit.is_empty and self._document.extend(stroke, answer.edit, revision) is not None:
            self.answered.emit(answer)

    def _show(self, draft: Draft | None) -> None:
        if draft is not self._draft:
            self._draft = draft
            self.drafted.emit(None if draft is None else draft.labels, QRect())

    def _labels_changed(self, rect: QRect) -> None:
        if self._draft is not None and self._document.label_map is not None:
            box = Box(rect.x(), rect.y(), rect.x() + rect.width(), rect.y() + rect.height())
            self._draft.follow(self._document.label_map, box)
            self.drafted.emit(self._draft.labels, rect)


def copy_of(document: Document) -> LabelMap:
    """Return a copy of the labels of the open image."""
    assert document.label_map is not None
    return LabelMap(document.label_map.labels.copy(), document.label_map.provenance.copy())
