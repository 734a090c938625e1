"""ChangesView: what the new version takes for what, and which images got worse or better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.training.number_table import NumberTable
from app.training.training_outcome import change, percent, signed

if TYPE_CHECKING:
    from segcore.training.comparison import Comparison


class ChangesView(QWidget):
    """Two tables: images by their mean IoU, the largest loss first, and confusions in pixels, the largest growth first.

    Attributes
    ----------
    images, confusions : NumberTable
        The tables.
    """

    def __init__(self, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        about = self.tr("{worse} of {count} held-out images got worse, {better} got better.").format(
            worse=len(comparison.worse), count=len(comparison.changes), better=len(comparison.better)
        )
        if comparison.seen:
            about += " " + self.tr("{count} more do not count: one of the two models was trained on them.").format(
                count=comparison.seen
            )
        text = plain_label(about)
        text.setWordWrap(True)
        titles = [self.tr("Image, mean IoU in %"), self.tr("Before"), self.tr("After"), self.tr("Change")]
        self.images = _table(
            titles,
            [
                (each.key, percent(each.before), percent(each.after), signed(change(each.before, each.after)))
                for each in comparison.changes
            ],
        )
        titles = [self.tr("Confusion, pixels"), self.tr("Before"), self.tr("After"), self.tr("Change")]
        self.confusions = _table(
            titles,
            [
                (
                    self.tr("{truth} taken for {guess}").format(
                        truth=each.truth, guess=each.guess or self.tr("no class")
                    ),
                    f"{each.before:,}",
                    f"{each.after:,}",
                    f"{each.after - each.before:+,}".replace("-", "−"),
                )
                for each in comparison.confusions
            ],
        )
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(self.images, 3)
        layout.addWidget(self.confusions, 2)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> NumberTable:
    table = NumberTable()
    table.set_titles(*titles)
    table.setRowCount(len(rows))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = table.put(row, column, text)
            if column == 0:
                item.setToolTip(as_tip(text))
    return table
