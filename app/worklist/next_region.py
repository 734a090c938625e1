"""NextRegion: goes to the next uncertain region, in the open image first, then in the next image of the ranking."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QAction

from app.canvas.action_text import named
from app.document.session import Session
from app.worklist.ranking_run import RankingRun

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import Job
    from segcore.labels.label_map import LabelMap
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.worklist.ranking import Ranking
    from segcore.worklist.rarity import Rarity
    from segcore.worklist.regions import Region

SAME = 0.5
"""Two boxes are the same region when their intersection is at least this share of the smaller one."""
MOST_VISITS = 500
"""Visits that can be gone back."""


class Visit(NamedTuple):
    """A region that was shown: image id, and its box in pixels of the image."""

    image_id: str
    box: QRect


class NextRegion(QObject):
    """Remembers what was visited: a region that was looked at and left as it is does not come again."""

    shown = Signal(QRect)
    """This box of the open image is to be looked at."""
    image_wanted = Signal(str)
    """The next region is in this image."""
    message = Signal(str)

    def __init__(self, session: Session, ranking: RankingRun, predict_all: QAction) -> None:
        """``predict_all``: the action that is named when there is nothing to rank."""
        super().__init__()
        self._session = session
        self._document: Document = session.document
        self._ranking = ranking
        self._predict_all = predict_all
        self._visits: list[Visit] = []
        self._place = -1
        self._left: set[str] = set()  # images in which every region was visited
        self._going: Visit | str | None = None  # on the way to a region, or to an image to search
        self._waiting = False  # for the ranking
        self._search_job: Job | None = None
        session.document.project_changed.connect(self._forget_all)
        session.document.image_changed.connect(self._arrive)
        session.document.prediction_changed.connect(lambda: self.forget(session.document.image_id or ""))
        ranking.ranked.connect(lambda _: self._on_ranked())
        ranking.failed.connect(lambda _: self._stop_waiting())

    def forward(self) -> None:
        """Go to the next region: where the person went back before, else to the worst one that was not visited."""
        if self._place + 1 < len(self._visits):
            self._place += 1
            self._go(self._visits[self._place])
        else:
            self._search()

    def back(self) -> None:
        """Go to the region that was shown before this one."""
        if self._place < 1:
            self.message.emit(self.tr("There is no earlier region."))
            return
        self._place -= 1
        self._go(self._visits[self._place])

    def forget(self, image_id: str) -> None:
        """Forget which regions of an image were visited: it has another prediction now."""
        self._left.discard(image_id)
        kept = [visit for visit in self._visits if visit.image_id != image_id]
        if len(kept) != len(self._visits):
            self._visits, self._place = kept, len(kept) - 1

    # --- inside ------------------------------------------------------------------------------------------------

    def _forget_all(self) -> None:
        self._visits, self._place, self._going, self._waiting = [], -1, None, False
        self._left.clear()
        if self._search_job is not None:  # images of another project may have the same ids
            self._search_job.cancel()
            self._search_job = None

    def _go(self, visit: Visit) -> None:
        if visit.image_id == self._document.image_id:
            self.shown.emit(visit.box)
        else:
            self._going = visit
            self.image_wanted.emit(visit.image_id)

    def _arrive(self) -> None:
        going, self._going = self._going, None
        if isinstance(going, Visit) and going.image_id == self._document.image_id:
            self.shown.emit(going.box)
        elif isinstance(going, str) and going == self._document.image_id:
            self._search()
        elif self._document.image_id is None:
            self._going = going  # it is being read

    def _search(self) -> None:
        """Look for regions in the open image; what is painted meanwhile does no harm, nothing is written."""
        if self._search_job is not None:
            self._search_job.cancel()
        document, ranking = self._document, self._ranking.ranking
        if document.label_map is None or document.image_id is None:
            self._next_image()
            return
        rarity = None if ranking is None else ranking.rarity
        work = partial(_regions, document.label_map, document.prediction, rarity)
        job = self._session.jobs.submit("thumbs", work, quiet=True)
        job.succeeded.connect(partial(self._found, document.image_id))
        self._search_job = job

    def _found(self, image_id: str, regions: list[Region]) -> None:
        self._search_job = None
        if image_id != self._document.image_id:
            return
        visited = [visit.box for visit in self._visits if visit.image_id == image_id]
        for region in regions:
            box = QRect(region.box.left, region.box.top, region.box.width, region.box.height)
            if not any(_same(each, box) for each in visited):
                self._visits = [*self._visits[-MOST_VISITS:], Visit(image_id, box)]
                self._place = len(self._visits) - 1
                self.shown.emit(box)
                return
        self._left.add(image_id)
        self._next_image()

    def _next_image(self) -> None:
        if self._document.project is None:
            return
        ranking = self._ranking.ranking
        image_id = None if ranking is None else self._best(ranking)
        if image_id is not None:
            self._going = image_id
            self.image_wanted.emit(image_id)
        elif ranking is None or self._ranking.is_old:
            self._waiting = True
            self.message.emit(self.tr("Ranking the images…"))
            self._ranking.want()
        elif ranking.is_informed:
            self.message.emit(self.tr("You have visited every uncertain region."))
        else:
            self.message.emit(
                self.tr("There is nothing to rank yet. Choose {predict_all}, or label an image.").format(
                    predict_all=named(self._predict_all)
                )
            )

    def _best(self, ranking: Ranking) -> str | None:
        from segcore.worklist.uncertainty_map import Source

        for image in ranking.images:
            record = self._session.records.of(image.id)
            if (
                image.gain > 0
                and image.source is not Source.NOTHING
                and not image.done
                and image.id not in self._left
                and image.id != self._document.image_id
                and record is not None
                and not record.unreadable
            ):
                return image.id
        return None

    def _stop_waiting(self) -> None:
        self._waiting = False

    def _on_ranked(self) -> None:
        waiting, self._waiting = self._waiting, False
        if waiting:
            self._next_image()


def _same(one: QRect, other: QRect) -> bool:
    both = one.intersected(other)
    smaller = min(one.width() * one.height(), other.width() * other.height())
    return both.width() * both.height() >= SAME * smaller if not both.isEmpty() else False


def _regions(label_map: LabelMap, prediction: ProbabilityMap | None, rarity: Rarity | None) -> list[Region]:
    from segcore.worklist.rarity import Rarity
    from segcore.worklist.regions import regions_in
    from segcore.worklist.uncertainty_map import uncertainty_map

    pair = (None, None) if prediction is None else (prediction.labels, prediction.uncertainty)
    return regions_in(uncertainty_map(label_map, *pair), rarity or Rarity())
