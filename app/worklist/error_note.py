"""ErrorNote: one line below the image list that says how much is still wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.appearance.numbers import points
from app.appearance.plain_text import as_tip
from app.document.image_state import ImageState
from app.document.records import Records
from app.worklist.ranking_run import ENOUGH_DONE, RankingRun

if TYPE_CHECKING:
    from segcore.worklist.ranking import Ranking
    from segcore.worklist.remaining_errors import RemainingErrors

NEXT = 10
"""Images whose correction the tooltip speaks of."""


class ErrorNote(QLabel):
    """Hidden while no image has a prediction.

    Parameters
    ----------
    records : Records
        Of the images.
    run : RankingRun
        Each ranking brings a new estimate.
    good_enough : float
        Share of wrong pixels, 0-1, below which a person may stop.
    """

    def __init__(self, records: Records, run: RankingRun, good_enough: float) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._records = records
        self._good_enough = good_enough
        run.ranked.connect(self._take)
        run.forgotten.connect(self.refresh)
        records.reset.connect(self.refresh)
        records.changed.connect(self._count)
        self.refresh()

    def refresh(self) -> None:
        """Forget the estimate; say what is missing for one."""
        self._errors: RemainingErrors | None = None
        self._ranking: Ranking | None = None
        self._count()

    def _take(self, ranking: Ranking) -> None:
        self._ranking, self._errors = ranking, ranking.errors
        if self._errors is None:
            self._count()
        else:
            self._show(self._errors, ranking)

    def _show(self, errors: RemainingErrors, ranking: Ranking) -> None:
        without = self._records.count(ImageState.NEW)
        if without:
            text = self.tr(
                "About {share}\u00a0% of the predicted pixels are still wrong ({low} to {high}\u00a0%). "
                "Images without a prediction: {count}."
            )
        elif errors.high <= self._good_enough:
            text = self.tr("About {share}\u00a0% of the pixels are still wrong (at most {high}\u00a0%): you can stop.")
        else:
            text = self.tr("About {share}\u00a0% of the pixels are still wrong ({low} to {high}\u00a0%).")
        text = text.format(share=points(errors.share), low=points(errors.low), high=points(errors.high), count=without)
        self.setText(text)
        next_ones = [image.id for image in ranking.images if not image.done][:NEXT]
        parts = [
            self.tr("Estimated from what you changed in {count} done images; the interval holds for 95\u00a0%.").format(
                count=errors.done
            ),
            self.tr("Images without a prediction do not count."),
            self.tr(
                "If you correct the next {count} images of “What helps most”, about {share}\u00a0% remain wrong."
            ).format(count=len(next_ones), share=points(max(0.0, errors.without(next_ones)))),
        ]
        self.setToolTip(as_tip("\n".join(parts if next_ones else parts[:2])))
        self.show()

    def _count(self) -> None:
        """Say what is missing, while there is no estimate; what an estimate says depends on the others, too."""
        if self._errors is not None and self._ranking is not None:
            self._show(self._errors, self._ranking)
            return
        done = self._records.with_prediction(ImageState.DONE)
        waiting = sum(self._records.with_prediction(state) for state in (ImageState.PREDICTED, ImageState.IN_PROGRESS))
        self.setToolTip("")
        self.setText(self._missing(ENOUGH_DONE - done))
        self.setVisible(done + waiting > 0 and bool(self.text()))

    def _missing(self, done: int) -> str:
        """Return what an estimate needs; ``done``: so many more done images."""
        if done == 1:
            return self.tr("Mark one more predicted image as done to see how much is still wrong.")
        if done > 1:
            return self.tr("Mark {count} more predicted images as done to see how much is still wrong.").format(
                count=done
            )
        if self._ranking is None:
            return ""
        return self.tr("How much is still wrong cannot be told: too few of the done images were corrected.")
