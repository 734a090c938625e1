"""Records: what is known of every image of the open project, in one place, with counts that are always right."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.image_marks import ImageMarks
from app.document.image_names import image_name
from app.document.image_state import KINDS, ImageState, Kind, Known, kind_of, state_of
from segcore.errors import ImageError
from segcore.images.layout import Layout
from segcore.labels.label_map import State
from segcore.project.marks import Verdict

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import Job, JobRunner
    from segcore.project.image_list import Inspection
    from segcore.project.index import ImageRecord
    from segcore.project.project import Project

INSPECT_SECONDS, INSPECT_MOST = 0.05, 1000
"""How long headers are read before the lane is free for a thumbnail again, and of how many images at most."""
FIND_SECONDS = 3.0
"""How long pages and slices are looked for before those found are listed."""


class Records(QObject):
    """The records of the open project, read on the lane "io", which waits for saves.

    One image that changes costs the same in a project of twenty thousand images as in one of twenty.
    """

    reset = Signal()
    """There are other images: another project is open, or a rescan found new ones. `changed` is not emitted."""
    changed = Signal(list)
    """list[str]: ids of the images whose records changed since the last time; in the next turn of the event loop."""
    corrected_changed = Signal()
    """Other images than before are corrected; before `changed`. Not emitted with `reset`."""
    replaced = Signal(object)
    """Ids of images whose files another program replaced or changed."""

    def __init__(self, document: Document, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self.project: Project | None = None
        self.expected = False
        """Whether the records of the open project are still being read."""
        self._records, self._numbers = Known.of(())
        self._changed: dict[str, None] = {}
        self._corrected_changed = False
        self._time, self._filled_at = 0, 0  # counts what became known; a reading that began before is old
        self._known_at: dict[str, int] = {}  # since the records were filled
        self._wanted: dict[str, None] = {}  # to be read again
        self._reading: Job | None = None
        self._inspection: Job | None = None
        self._inspected_project: Project | None = None
        self._to_inspect: deque[str] = deque()
        self._more, self._found_at = False, 0.0
        self.marks = ImageMarks(document, jobs, self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)
        document.project_changed.connect(self._on_project)

    # --- asking ------------------------------------------------------------------------------------------------

    def of(self, image_id: str) -> ImageRecord | None:
        """Return what is known of an image; None when the project does not have it."""
        return self._records.get(image_id)

    def all(self) -> list[ImageRecord]:
        """Return what is known of all images, in the order of the folder."""
        return list(self._records.values())

    def listed(self, image_id: str) -> ImageState:
        """Return how an image is listed; NEW for one that the project does not have."""
        record = self._records.get(image_id)
        if record is None:
            return ImageState.NEW
        state = state_of(record)
        verdict = self.marks.of(image_id).verdict
        if verdict is Verdict.NONE or state is ImageState.UNREADABLE:
            return state
        return ImageState.REVIEWED if verdict is Verdict.REVIEWED else ImageState.REJECTED

    def name(self, image_id: str) -> str:
        """Return what an image is called for a person, such as ``stack.tif – slice 7``."""
        record = self._records.get(image_id)
        if record is None or not record.layout or self.channels_of(image_id):
            return image_name(image_id)
        return image_name(image_id, Layout.from_text(record.layout).name(0))

    def channels_of(self, image_id: str) -> int:
        """Return how many pages are channels of an image although they could be images; 0: none."""
        record = self._records.get(image_id)
        if record is None or not record.layout:
            return 0
        layout = Layout.from_text(record.layout)
        return 0 if f"{image_id}/{layout.name(1)}" in self._records else len(layout)

    def listed_as(self, state: ImageState) -> list[ImageRecord]:
        """Return what is known of the images that are listed so, in the order of the folder."""
        judged = {key: self.listed(key) for key, mark in self.marks.all().items() if mark.verdict is not Verdict.NONE}
        found: Iterable[ImageRecord] = self._records.values()
        if state is ImageState.UNREADABLE:
            found = [record for record in found if record.unreadable]
        elif state in (ImageState.REVIEWED, ImageState.REJECTED):
            found = [record for record in found if record.id in judged]
        else:
            plain = State(int(state))
            found = [record for record in found if record.state is plain and not record.unreadable]
        return [record for record in found if judged.get(record.id, state) is state]

    def judged(self, verdict: Verdict) -> int:
        """Return the number of images with a verdict."""
        return sum(mark.verdict is verdict and image_id in self._records for image_id, mark in self.marks.all().items())

    @property
    def waiting_for_review(self) -> int:
        """Done images without a verdict."""
        judged = (image_id for image_id, mark in self.marks.all().items() if mark.verdict is not Verdict.NONE)
        records = (self._records.get(image_id) for image_id in judged)
        return self.count(ImageState.DONE) - sum(
            record is not None and state_of(record) is ImageState.DONE for record in records
        )

    def ids(self) -> list[str]:
        """Return the ids of all images, in the order of the folder."""
        return list(self._records)

    def count(self, state: ImageState | None = None) -> int:
        """Return the number of images in a state, or of all."""
        if state is None:
            return len(self._records)
        return self._sum(lambda kind: kind.listed is state)

    @property
    def corrected(self) -> int:
        """Images with at least one painted or confirmed pixel."""
        return self._sum(lambda kind: kind.state >= State.IN_PROGRESS)

    @property
    def remaining(self) -> int:
        """Images that can be read and are not done."""
        return len(self._records) - self.count(ImageState.DONE) - self.count(ImageState.UNREADABLE)

    def with_prediction(self, state: ImageState) -> int:
        """Return the number of images in a state that have a prediction."""
        return self._sum(lambda kind: kind.has_prediction and kind.listed is state)

    def _sum(self, counts: Callable[[Kind], bool]) -> int:
        return sum(number for kind, number in zip(KINDS, self._numbers, strict=True) if counts(kind))

    # --- telling what changed ----------------------------------------------------------------------------------

    def expect(self, project: Project) -> None:
        """Forget everything: a project is open whose records come with `fill`."""
        self.fill(project, Known.of(()), expected=True)

    def take(self, project: Project | None, records: Sequence[ImageRecord]) -> None:
        """Replace everything by the records of a project, which were just read."""
        if project is self.project and not self.expected and [record.id for record in records] == list(self._records):
            known = self._records
            for record in [each for each in records if each != known[each.id]]:  # `_put` alone takes twice as long
                self._put(record)
            self._look_at_all()
        else:
            self.fill(project, Known.of(records))

    def fill(self, project: Project | None, known: Known, expected: bool = False) -> None:
        """Replace everything by what is known of a project; ``expected``: the rest comes later."""
        self._wanted = self._wanted if project is self.project else {}
        self.project, self.expected = project, expected
        self._records, self._numbers = known
        self._changed, self._corrected_changed = {}, False
        self._time += 1
        self._filled_at, self._known_at = self._time, {}
        self.reset.emit()
        self._look_at_all()

    def saved(self, image_id: str, state: int) -> None:
        """Note the state that was just saved."""
        record = self._records.get(image_id)
        if record is not None:
            self._put(record._replace(state=State(state)))
        if record is not None or self.expected:
            self.read_again(image_id)

    def read_again(self, image_id: str) -> None:
        """Read one record again; requests that come while others are being read are put together."""
        self._wanted[image_id] = None
        self._read()

    def refresh(self, then: Callable[[], object] | None = None) -> None:
        """Read all records again, for example after a rescan; ``then`` is called once they are here."""
        project = self._document.project
        if project is not None:
            job = self._jobs.submit("io", project.records, quiet=True)
            job.succeeded.connect(partial(self._refreshed, project, self._time))
            if then is not None:
                job.succeeded.connect(lambda _: then())

    def note_unreadable(self, image_id: str, error: ImageError) -> None:
        """Keep that an image cannot be read, until its file changes."""
        project = self._document.project
        if project is not None and image_id in self._records:
            job = self._jobs.submit("io", partial(project.note_unreadable, image_id, error), quiet=True)
            job.succeeded.connect(partial(self._put_of, project, self._time))

    def verify(self, image_ids: Iterable[str]) -> None:
        """Find out whether these images can be read, by reading them."""
        project = self._document.project
        if project is None:
            return
        for image_id in image_ids:
            job = self._jobs.submit("thumbs", partial(_verified, project, image_id), quiet=True)
            job.succeeded.connect(partial(self._put_of, project, self._time))

    def look_again(self) -> None:
        """Find out whether files that could not be read were changed since."""
        self._to_inspect.extend(each.id for each in self._records.values() if each.unreadable)
        self._inspect()

    def look_at(self, image_id: str) -> None:
        """Find out whether the file of an image was changed since it was looked at."""
        self._to_inspect.appendleft(image_id)
        self._inspect()

    # --- inside ------------------------------------------------------------------------------------------------

    def _on_project(self) -> None:
        project = self._document.project
        if project is not self.project:
            self.take(project, [])
            self.refresh()

    def _refreshed(self, project: Project, since: int, records: list[ImageRecord]) -> None:
        if project is self._document.project:
            later = [key for key, at in self._known_at.items() if at > since] if project is self.project else []
            for image_id in later:
                self.read_again(image_id)
            kept = {key: self._records[key] for key in later}
            self.take(project, [kept.get(record.id, record) for record in records] if kept else records)

    def _read(self) -> None:
        project = self._document.project
        if self._reading is not None or not self._wanted or project is None:
            return
        wanted, self._wanted = list(self._wanted), {}
        job = self._jobs.submit("io", partial(_rows, project, wanted), quiet=True)
        job.succeeded.connect(partial(self._have_read, project, self._time))
        job.failed.connect(lambda _: self._have_read(project, 0, []))
        job.cancelled.connect(lambda: self._have_read(project, 0, []))
        self._reading = job

    def _have_read(self, project: Project, since: int, records: list[ImageRecord]) -> None:
        self._reading = None
        for record in records:
            self._put_of(project, since, record)
        self._read()

    def _look_at_all(self) -> None:
        self._to_inspect = deque(self._records)
        self._inspect()

    def _inspect(self) -> None:
        """Read the headers that are new, a few at a time; after those of this project that are being read now."""
        project = self.project
        if self._inspection is not None and self._inspected_project is project:
            return  # a cancelled one would not tell what it found already
        if self._inspection is not None:
            self._inspection.cancel()
        self._inspection, self._inspected_project = None, project
        if project is not None and self._to_inspect:
            some = [self._to_inspect.popleft() for _ in range(min(INSPECT_MOST, len(self._to_inspect)))]
            work = partial(project.inspect, some, INSPECT_SECONDS)
            self._inspection = self._jobs.submit("thumbs", work, quiet=True)
            self._inspection.succeeded.connect(partial(self._have_inspected, project, self._time))
            self._inspection.failed.connect(lambda _: self._have_inspected(project, 0, None))

    def _have_inspected(self, project: Project, since: int, found: Inspection | None) -> None:
        if project is not self._inspected_project:
            return
        self._inspection = None
        if found is not None:
            for record in found.changed:
                self._put_of(project, since, record)
            self._to_inspect.extendleft(reversed(found.left))
            self._find_more(project, found.more)
            if found.replaced:
                self.replaced.emit(found.replaced)
        if project is self._document.project:
            self._inspect()

    def _find_more(self, project: Project, more: bool) -> None:
        """List the pages and slices that were found in files, but not after each file."""
        self._more = self._more or more
        now = time.monotonic()
        if self._more and (not self._to_inspect or now >= self._found_at + FIND_SECONDS):
            self._more, self._found_at = False, now
            job = self._jobs.submit("io", partial(project.rescan, 0.0), quiet=True)
            job.succeeded.connect(lambda _: self.refresh())

    def _put_of(self, project: Project, since: int, record: ImageRecord) -> None:
        """Take over what was read of an image from ``since`` on; read it again when more became known meanwhile.

        The lanes read at the same time: headers that were asked for before a save may arrive after it, and the other
        way round.
        """
        if project is not self.project or record == self._records.get(record.id):
            return
        if self._known_at.get(record.id, self._filled_at) > since:
            self.read_again(record.id)
        else:
            self._put(record)

    def _put(self, record: ImageRecord) -> None:
        before = self._records.get(record.id)
        if before is None or before == record:
            return
        self._records[record.id] = record
        self._time += 1
        self._known_at[record.id] = self._time
        old, new = kind_of(before), kind_of(record)
        if old != new:
            self._numbers[old] -= 1
            self._numbers[new] += 1
            if before.state != record.state:
                self.marks.follow(record.id, record.state)
            self._corrected_changed |= (before.state >= State.IN_PROGRESS) != (record.state >= State.IN_PROGRESS)
        if not self._changed:
            self._soon.start()
        self._changed[record.id] = None

    def _tell(self) -> None:
        changed, self._changed = list(self._changed), {}
        corrected, self._corrected_changed = self._corrected_changed, False
        if corrected:
            self.corrected_changed.emit()
        if changed:
            self.changed.emit(changed)


def _rows(project: Project, image_ids: list[str]) -> list[ImageRecord]:
    rows = []
    for image_id in image_ids:
        row = project.index.row(image_id)
        if row is not None:
            rows.append(row.record())
    return rows


def _verified(project: Project, image_id: str) -> ImageRecord:
    from segcore.images.image import read_image

    try:
        read_image(project.image_path(image_id))
    except ImageError as error:
        return project.note_unreadable(image_id, error)
    return project.look_at(image_id, readable=True)
