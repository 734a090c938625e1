"""Review: goes through the done images; each is reviewed, or rejected with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.appearance.undo_notice import UndoNotice
from app.document.image_names import short_name
from app.document.image_state import ImageState
from app.document.images_run import ImagesRun, taking_back
from app.document.session import Session
from app.worklist.review_bar import ReviewBar
from segcore.project.marks import Mark, Verdict

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class _Judged:
    """The last verdict: the marks of the image before it, and the name of the edit that came with it, or ""."""

    image_id: str
    before: Mark
    edit: str


class Review(QObject):
    """The bar above the image and what its buttons do; flags and verdicts of the open image."""

    image_wanted = Signal(str)
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, order: Callable[[], list[str]], parent: QObject | None = None) -> None:
        """``order`` returns the ids of the images that the list shows, from top to bottom."""
        super().__init__(parent)
        self._session, self._order = session, order
        self.marks = session.records.marks
        self.bar = ReviewBar()
        self.notice = UndoNotice(
            self.tr("Make the image and its verdict as they were before"), self.tr("Dismiss; the verdict stays")
        )
        self.notice.undo_button.clicked.connect(lambda: self.undo())
        self._judged: _Judged | None = None
        self._next: str | None = None  # opened by the verdict
        self._run: ImagesRun | None = None
        session.document.project_changed.connect(self.notice.withdraw)
        session.document.image_changed.connect(self._look_at_image)
        self.bar.accepted.connect(self.accept)
        self.bar.rejected.connect(self.reject)
        self.bar.passed.connect(self.go_on)
        session.document.image_changed.connect(self._show)
        session.document.project_changed.connect(self.stop)
        self.marks.changed.connect(self._show)
        session.records.changed.connect(self._show)

    def toggle(self) -> None:
        """Begin with the first image that waits, or end."""
        if not self.bar.isHidden():
            self.stop()
            return
        self.bar.show()
        self._show()
        if not self._waits(self._session.document.image_id):
            self.go_on()

    def stop(self) -> None:
        """Put the bar away."""
        self.bar.hide()

    def undo(self) -> None:
        """Take the last verdict back, with the edit that came with it, and go to its image."""
        judged, document = self._judged, self._session.document
        if judged is None or self._run is not None or document.project is None or document.read_only:
            return
        self._judged = None
        self.notice.withdraw()
        self._run = run = ImagesRun(
            self._session,
            [judged.image_id] if judged.edit else [],
            self.tr("Undo “{name}”").format(name=self.tr("Verdict")),
            *taking_back(document, judged.edit),
            self,
        )
        run.failed.connect(self.error)
        run.ended.connect(partial(self._take_back, run, judged))
        run.start()

    def accept(self) -> None:
        """Say that the labels of the open image are right; one that is not done is marked as done."""
        image_id = self._changeable()
        if image_id is None:
            return
        document, mark = self._session.document, self.marks.of(image_id)
        newest = document.history.newest
        if self.state() is not ImageState.DONE and not document.mark_done():
            self.message.emit(
                self.tr("{name} is not reviewed: nothing in it is labelled yet.").format(name=_short(image_id))
            )
            return
        self._session.autosaver.flush()
        self.marks.set(image_id, verdict=Verdict.REVIEWED)
        edit = document.undo_name if document.history.newest is not newest else ""
        self._tell(_Judged(image_id, mark, edit), self.tr("{name} is reviewed."))
        if not self.bar.isHidden():
            self.go_on()

    def ask_reject(self) -> None:
        """Ask for the note of a rejection, in the bar."""
        if self._changeable() is not None:
            self.bar.show()
            self._show()
            self.bar.ask()

    def reject(self, note: str) -> None:
        """Say that the labels of the open image are not right, and reopen it."""
        image_id = self._changeable()
        if image_id is None:
            return
        document, mark = self._session.document, self.marks.of(image_id)
        newest = document.history.newest
        document.reopen()
        document.settle()
        note = note.strip()
        self.marks.set(image_id, verdict=Verdict.REJECTED, note=note or mark.note)
        edit = document.undo_name if document.history.newest is not newest else ""
        self._tell(_Judged(image_id, mark, edit), self.tr("{name} is rejected and open again."))
        self.go_on()

    def toggle_flag(self, selected: Sequence[str] = ()) -> None:
        """Flag the open image, or take the flag away; with several selected ones, all of them as the open one."""
        image_id = self._changeable()
        if image_id is None:
            return
        flagged = not self.marks.of(image_id).flagged
        several = selected if len(selected) > 1 else (image_id,)
        self.marks.set_all({each: {"flagged": flagged} for each in several})
        if len(several) > 1:
            text = self.tr("{n} images are flagged.") if flagged else self.tr("{n} images are not flagged any more.")
        else:
            text = self.tr("{name} is flagged.") if flagged else self.tr("{name} is not flagged any more.")
        self.message.emit(text.format(name=_short(image_id), n=len(several)))

    def go_on(self) -> None:
        """Open the next image that waits for a verdict, round the list."""
        ids = self._order()
        here = self._session.document.image_id
        place = ids.index(here) + 1 if here in ids else 0
        if not self._session.records.waiting_for_review:
            ids = []  # none has to be looked at
        following = next((each for each in ids[place:] + ids[:place] if each != here and self._waits(each)), None)
        self._next = following
        if following is not None:
            self.image_wanted.emit(following)
        elif not self._waits(here):
            self.message.emit(self.tr("Every done image of the list is reviewed."))
        self._show()

    def state(self) -> ImageState | None:
        """Return how far the labels of the open image have come."""
        label_map = self._session.document.label_map
        return None if label_map is None else ImageState(int(label_map.state()))

    def _tell(self, judged: _Judged, text: str) -> None:
        self._judged, self._next = judged, None
        self.notice.tell(text.format(name=_short(judged.image_id)), self.tr("Verdict"))

    def _look_at_image(self) -> None:
        """Offer a verdict no longer once the image after the next one is open."""
        here = self._session.document.image_id
        if self._judged is not None and here not in (None, self._judged.image_id, self._next):
            self._judged = None
            self.notice.withdraw()

    def _take_back(self, run: ImagesRun, judged: _Judged) -> None:
        self._run = None
        if run.project is not self._session.document.project:
            return
        if run.skipped:
            text = self.tr("{name} was changed since the verdict; its labels stay as they are.")
        else:
            text = self.tr("The verdict on {name} is taken back.")
        self.marks.set(judged.image_id, verdict=judged.before.verdict, note=judged.before.note)
        self.message.emit(text.format(name=_short(judged.image_id)))
        if self._session.document.image_id != judged.image_id:
            self.image_wanted.emit(judged.image_id)

    def _waits(self, image_id: str | None) -> bool:
        return image_id is not None and self._session.records.listed(image_id) is ImageState.DONE

    def _changeable(self) -> str | None:
        document = self._session.document
        return None if document.image_id is None or document.read_only else document.image_id

    def _show(self) -> None:
        if self.bar.isHidden():
            return
        image_id = self._session.document.image_id
        left = self._session.records.waiting_for_review
        self.bar.tell("" if image_id is None else _short(image_id), left, image_id is not None)


def _short(image_id: str) -> str:
    return short_name(image_id)
