"""Review: goes through the done images; each is accepted, or rejected with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.document.image_names import short_name
from app.document.records import ImageState
from app.document.session import Session
from app.worklist.review_bar import ReviewBar
from segcore.project.marks import Verdict


class Review(QObject):
    """The bar above the image and what its buttons do; flags and verdicts of the open image."""

    image_wanted = Signal(str)
    message = Signal(str)

    def __init__(self, session: Session, order: Callable[[], list[str]], parent: QObject | None = None) -> None:
        """``order`` returns the ids of the images that the list shows, from top to bottom."""
        super().__init__(parent)
        self._session, self._order = session, order
        self.marks = session.records.marks
        self.bar = ReviewBar()
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

    def accept(self) -> None:
        """Say that the labels of the open image are right; one that is not done is marked as done."""
        image_id = self._changeable()
        if image_id is None:
            return
        if self.state() is not ImageState.DONE and not self._session.document.mark_done():
            self.message.emit(
                self.tr("{name} is not accepted: nothing in it is labelled yet.").format(name=_short(image_id))
            )
            return
        self._session.autosaver.flush()
        self.marks.set(image_id, verdict=Verdict.ACCEPTED)
        self.message.emit(self.tr("{name} is reviewed.").format(name=_short(image_id)))
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
        mark = self.marks.of(image_id)
        self._session.document.reopen()
        note = note.strip()
        self.marks.set(image_id, verdict=Verdict.REJECTED, note=note or mark.note)
        self.message.emit(self.tr("{name} is rejected and open again.").format(name=_short(image_id)))
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
        if following is not None:
            self.image_wanted.emit(following)
        elif not self._waits(here):
            self.message.emit(self.tr("Every done image of the list is reviewed."))
        self._show()

    def state(self) -> ImageState | None:
        """Return how far the labels of the open image have come."""
        label_map = self._session.document.label_map
        return None if label_map is None else ImageState(int(label_map.state()))

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
