"""ScoreTable: IoU of each class before and after, and the change."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from app.appearance.plain_text import as_tip
from app.appearance.swatches import SIZE, swatch
from app.training.number_table import NumberTable
from app.training.training_outcome import DASH, change, percent, signed
from segcore.labels.classes import ClassSet
from segcore.metrics.scores import Scores

if TYPE_CHECKING:
    from segcore.training.comparison import Comparison

BEFORE, CHANGE = 1, 3
"""Columns."""


class ScoreTable(NumberTable):
    """One line a class, the mean above them; numbers in percent with one decimal, aligned.

    The interval is that of the change, at 95 % of confidence; that of the mean at the one of the comparison.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_titles(self.tr("IoU, %"), self.tr("Before"), self.tr("After"), self.tr("Change"), self.tr("Interval"))
        self.setIconSize(SIZE)

    def set_scores(
        self,
        before: Scores | None,
        after: Scores,
        classes: ClassSet | None,
        unknown: Collection[str] = (),
        comparison: Comparison | None = None,
    ) -> None:
        """Show two results over the same images; ``classes`` give the colours, ``comparison`` the intervals.

        ``unknown`` are the classes that the model before could not name: a dash stands for their IoU.
        """
        self.setRowCount(1 + len(after.iou))
        intervals = {each.name: each.interval for each in comparison.classes} if comparison is not None else {}
        whole = comparison.interval if comparison is not None else None
        mean = before.mean_iou if before is not None else None
        self._fill(0, self.tr("Mean"), mean, after.mean_iou, None, whole, bold=True)
        for row, (name, value) in enumerate(after.iou.items(), start=1):
            found = classes.named(name) if classes is not None else None
            color = QColor(*found.color) if found is not None else None
            known = before is not None and name not in unknown
            old = before.iou.get(name) if before is not None and known else None
            self._fill(row, name, old, value, color, intervals.get(name) if known else None)
            if before is not None and not known:
                tip = self.tr("The model before did not know this class. In its mean the class counts as 0.")
                for item in (self.item(row, column) for column in (BEFORE, CHANGE)):
                    if item is not None:
                        item.setToolTip(as_tip(tip))

    def _fill(
        self,
        row: int,
        name: str,
        before: float | None,
        after: float | None,
        color: QColor | None,
        interval: tuple[float, float] | None,
        bold: bool = False,
    ) -> None:
        reach = DASH if interval is None else " … ".join(signed(round(100 * bound, 1) + 0.0) for bound in interval)
        texts = [name, percent(before), percent(after), signed(change(before, after)), reach]
        for column, text in enumerate(texts):
            item = self.put(row, column, text)
            if bold:
                font = QFont(self.font())
                font.setBold(True)
                item.setFont(font)
            if column == 0 and color is not None:
                item.setIcon(swatch((color.red(), color.green(), color.blue()), self.devicePixelRatioF()))
