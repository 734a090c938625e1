"""LiveAdaptation: the switch Live, and what it does when a project, an image or a class list changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer, Signal

from app.adaptation.answer import Answer
from app.adaptation.feature_lane import LANE as FEATURES
from app.adaptation.feature_lane import FeatureLane
from app.adaptation.head_lane import LANE, LAST_LANE, HeadLane, OpenImage
from app.adaptation.next_images import Neighbour, NextImages
from app.adaptation.stroke_answers import StrokeAnswers
from app.adaptation.trouble import trouble
from app.appearance.numbers import whole
from app.document.session import Session
from app.jobs.job_runner import Job
from segcore.editing import Box
from segcore.errors import ProjectBusyError
from segcore.labels.classes import IGNORE_INDEX

if TYPE_CHECKING:
    from segcore.adaptation.feature_pyramid import FeaturePyramid
    from segcore.progress import Task

MEMORY = "memory.features"
SAVE_MS = 60_000
"""What was learned is saved so often, and whenever an image is left."""
WAIT_MS = 400
"""Getting ready for so long is told; most images are prepared before they are opened."""
LARGE_PIXELS = 4_000_000
"""Preparing a larger image takes seconds and is shown as a job."""


class LiveAdaptation(QObject):
    """Watches the document. It is off without a project, classes or the right to write, and before `warm_up`.

    The labels belong to the document: an answer to a stroke goes into the stroke's undo step, a suggestion for an image
    in which nothing is painted is a step of its own.
    """

    switched = Signal(bool)
    """The person's switch, or a failure, turned it on or off."""
    answered = Signal(Answer)
    """This Answer is in the labels now."""
    drafted = Signal(object, QRect)
    """See `StrokeAnswers.drafted`."""
    waited_for = Signal(bool)
    """It has been getting ready for the open image for a while, or that is over."""
    message = Signal(str)
    error = Signal(Exception)

    def __init__(
        self, session: Session, neighbour: Neighbour, visible: Callable[[], Box], parent: QObject | None = None
    ) -> None:
        """``visible`` returns the pixels of the image that are on the screen."""
        super().__init__(parent)
        self._session = session
        self._document, self._jobs = session.document, session.jobs
        self._features = FeatureLane()
        self._next = NextImages(session.jobs, self._features, neighbour)
        self._answers = StrokeAnswers(session.document, session.jobs, visible, self)
        self._lane: HeadLane | None = None  # of the open project, once it was on there
        self._running = False
        self._job: Job | None = None  # on the way to the head being open for the image
        self._values: frozenset[int] = frozenset()
        self._merges: dict[int, int] = {}  # classes that are about to go, and what they become
        self._suggested = ("", "")  # image and picture that were opened last: read again, they get no other suggestion
        self._replaced = False  # the head was not told the labels of the open image: they are of another picture
        self._network = ""  # of the features that the head has of the open image
        self._looks_again = False
        self._warm = self._failed = False
        self._save_again = QTimer(self, interval=SAVE_MS)
        self._save_again.timeout.connect(self._save)
        self._waiting = False
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._look_at_wait)
        self._answers.answered.connect(self._tell)
        self._answers.drafted.connect(self.drafted)
        self._answers.failed.connect(self._fail)
        self._document.project_changed.connect(self._project_changed)
        self._document.image_changed.connect(self._image_changed)
        self._document.edited.connect(self._edited)
        self._document.classes_changed.connect(self._classes_changed)
        self._document.writing_changed.connect(self._update)
        session.settings.changed.connect(self._setting_changed)
        self._setting_changed(MEMORY)

    @property
    def on(self) -> bool:
        """Whether the switch is on."""
        return bool(self._session.settings["live"]) and not self._failed

    @property
    def ready(self) -> bool:
        """Whether strokes on the open image get an answer now."""
        return self._answers.asking

    @property
    def getting_ready(self) -> bool:
        """Whether strokes on the open image will get an answer, but not yet."""
        return self.on and self._possible and self._document.image is not None and not self.ready

    def switch(self, on: bool) -> None:
        """Turn it on or off, and remember that."""
        self._failed = False
        self._session.settings["live"] = on
        self._update()
        self.switched.emit(self.on)

    def warm_up(self) -> None:
        """Begin: torch is loaded, or may be from now on."""
        self._warm = True
        self._update()

    def look_at_network(self) -> None:
        """Take note that another network may be in use, or its classes joined otherwise.

        Strokes on the open image get their answers as before, until what the new network says of it is there.
        """
        image = self._open_image() if self._running else None
        if image is None or not self.ready:
            self._looks_again = image is not None
            return
        job = self._jobs.submit(FEATURES, self._looking_at(image), quiet=True)
        job.succeeded.connect(partial(self._join, image))
        job.failed.connect(self._fail)

    def merge_classes(self, old: int, new: int) -> None:
        """Let what is known of a class count for another one, once it has gone from the class list."""
        self._merges[old] = new

    def remember(self) -> None:
        """Keep what is known, before a class is replaced in all images, for `recall`."""
        if self._lane is not None:
            self._jobs.submit(LANE, self._lane.remember, quiet=True).failed.connect(self._fail)

    def replace_class(self, old: int, new: int) -> None:
        """Let what is known of a class count for another one, or for none (255), from now on."""
        self._rename({old: None if new == IGNORE_INDEX else new})

    def recall(self) -> None:
        """Know what was known at `remember`; what was painted since counts where an image is opened again."""
        self._merges.clear()
        if self._lane is not None:
            self._forget_image()
            self._jobs.submit(LANE, self._lane.recall, quiet=True).failed.connect(self._fail)
            if self._running:
                self._enter_image()

    def shutdown(self) -> None:
        """Save what was learned; call it before the lanes end."""
        self._warm = False
        self._wait.stop()
        self._close()

    # -- on and off --------------------------------------------------------------------------------------------------

    @property
    def _possible(self) -> bool:
        document = self._document
        return document.project is not None and document.classes is not None and not document.read_only

    def _update(self) -> None:
        document = self._document
        self._watch_wait()
        if (self.on and self._warm and self._possible) == self._running:
            return
        self._running, self._suggested = not self._running, ("", "")
        if not self._running:
            self._leave_image()
            self._save_again.stop()
            return
        if self._lane is None and document.project is not None:
            self._lane = HeadLane(document.project, self.tr("Live"))
            job = self._jobs.submit(LANE, self._lane.load, quiet=True)
            job.succeeded.connect(self._loaded)
            job.failed.connect(self._fail)
        self._save_again.start()
        self._enter_image()

    def _watch_wait(self) -> None:
        """Tell that it gets ready, once that has taken a while."""
        if self.getting_ready and not self._waiting:
            self._wait.start()
        else:
            self._look_at_wait()

    def _look_at_wait(self) -> None:
        if self.getting_ready != self._waiting:
            self._waiting = not self._waiting
            self.waited_for.emit(self._waiting)

    def _loaded(self, error: Exception | None) -> None:
        if error is not None:
            self.error.emit(error)

    def _close(self) -> None:
        """Save what was learned, in a lane that ends before the project can be closed, and that no label waits for."""
        self._running = False
        self._forget_image()
        self._save_again.stop()
        lane, self._lane = self._lane, None
        if lane is not None:
            job = self._jobs.submit(LAST_LANE, lane.close, quiet=True)
            job.failed.connect(self._tell_unsaved)

    def _fail(self, error: object) -> None:
        self._failed, self._lane = True, None  # nobody knows what the head is worth now: what was saved stays
        self._update()
        self.switched.emit(False)
        self.error.emit(trouble(error))

    # -- what the document says --------------------------------------------------------------------------------------

    def _project_changed(self) -> None:
        self._close()
        self._values, self._merges = frozenset(), {}
        if self._failed:
            self._failed = False
            self.switched.emit(self.on)

    def _classes_changed(self) -> None:
        classes = self._document.classes
        values = frozenset(classes.indices.tolist()) if classes is not None else frozenset()
        gone, self._values = self._values - values, values
        change = {value: self._merges.pop(value, None) for value in gone}
        if gone:
            self._rename(change)
        self._update()

    def _rename(self, change: dict[int, int | None]) -> None:
        if self._lane is None:
            return
        self._leave_image()  # an answer that is on its way may have a class that is no more
        job = self._jobs.submit(LANE, partial(self._lane.rename_classes, change), quiet=True)
        job.failed.connect(self._fail)
        if self._running:
            self._enter_image()

    def _setting_changed(self, key: str) -> None:
        if key == "live":
            self._update()
            self.switched.emit(self.on)
        elif key == MEMORY:
            self._features.set_budget(self._session.settings[MEMORY] * 1_000_000)

    def _image_changed(self) -> None:
        if self._running:
            self._leave_image()
            self._enter_image()
        self._watch_wait()

    def _edited(self, _image_id: str) -> None:
        """Learn the labels of an earlier picture once a person has said that they fit the new one."""
        if self._running and self._replaced and not self._document.replaced:
            self._leave_image()
            self._enter_image()

    def _leave_image(self) -> None:
        self._forget_image()
        if self._lane is not None:
            job = self._jobs.submit(LANE, self._lane.leave, quiet=True)
            job.succeeded.connect(lambda _: self._save())
            job.failed.connect(self._fail)

    def _enter_image(self) -> None:
        lane, image = self._lane, self._open_image()
        if lane is None or image is None:
            return
        self._replaced = image.replaced
        is_large = image.image.shape[0] * image.image.shape[1] > LARGE_PIXELS
        self._job = self._jobs.submit(FEATURES, self._looking_at(image), self.tr("Prepare Live"), quiet=not is_large)
        self._job.succeeded.connect(partial(self._open, lane, image))
        self._job.failed.connect(self._fail)

    def _looking_at(self, image: OpenImage) -> Callable[[], Task[FeaturePyramid]]:
        return partial(self._features.of, image.image, self._device, self._document.project, image.image_id)

    def _open_image(self) -> OpenImage | None:
        document = self._document
        if document.image is None or document.label_map is None or document.image_id is None:
            return None
        picture = "" if document.picture is None else document.picture.pixels
        return OpenImage(document.image_id, document.image, document.label_map, picture, document.replaced)

    def _join(self, image: OpenImage, pyramid: FeaturePyramid) -> None:
        """Let the head know what another network says of the open image, if it is another one, and still open."""
        name = "" if pyramid.shares is None else pyramid.shares.network
        lane = self._lane
        if not self.ready or lane is None or name == self._network or self._document.label_map is not image.label_map:
            return
        self._answers.end()
        self._open(lane, image, pyramid)
        self.message.emit(self.tr("Live follows the model in use from now on, where it is right."))

    def _forget_image(self) -> None:
        self._next.stop()
        self._answers.end()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @property
    def _device(self) -> str:
        return str(self._session.settings["device"])

    # -- the open image ----------------------------------------------------------------------------------------------

    def _open(self, lane: HeadLane, image: OpenImage, pyramid: FeaturePyramid) -> None:
        labels, revision = self._answers.watch(), self._document.revision
        opened = image.image_id, image.picture
        suggests, self._suggested = opened != self._suggested, opened
        self._network = "" if pyramid.shares is None else pyramid.shares.network
        self._job = self._jobs.submit(LANE, partial(lane.open, image, pyramid, labels, suggests), quiet=True)
        self._job.succeeded.connect(partial(self._opened, lane, image, revision))
        self._job.failed.connect(self._fail)

    def _opened(self, lane: HeadLane, image: OpenImage, revision: int, answer: Answer | None) -> None:
        self._job = None
        document = self._document
        is_current = document.revision == revision and not document.stroke_in_progress
        if answer is not None and is_current and not answer.edit.is_empty:
            document.apply(answer.edit, revision)
            self.answered.emit(answer)
            text = self.tr("Live suggests labels for {count} pixels; Undo takes them back.")
            self.message.emit(text.format(count=whole(answer.changed)))
        self._answers.begin(lane)
        self._look_at_wait()
        if self._looks_again:
            self._looks_again = False
            self.look_at_network()
        if document.project is not None:
            self._next.prepare(document.project, image.image_id, self._device)

    def _tell(self, answer: Answer) -> None:
        self.answered.emit(answer)
        only = self._only_class(answer)
        if only is not None:
            self.message.emit(
                self.tr("Live: everything is “{name}” so far. Paint another class where it is not.").format(name=only)
            )
        elif answer.changed == 1:
            self.message.emit(self.tr("Live: 1 pixel changed"))
        elif answer.changed:
            self.message.emit(self.tr("Live: {count} pixels changed").format(count=whole(answer.changed)))

    def _only_class(self, answer: Answer) -> str | None:
        """Name of the class that fills the image, when it is the only one but not of the project."""
        classes = self._document.classes
        if len(answer.values) != 1 or classes is None or len(classes) == 1:
            return None
        found = classes.find(min(answer.values))
        return found.name if found is not None else None

    def _save(self) -> None:
        if self._lane is not None:
            job = self._jobs.submit(LANE, self._lane.save, quiet=True)
            job.failed.connect(self._tell_unsaved)

    def _tell_unsaved(self, error: Exception) -> None:
        if not isinstance(error, ProjectBusyError):  # that is told when labels are saved
            self.error.emit(error)
