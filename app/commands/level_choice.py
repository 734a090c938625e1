"""LevelChoice: asks for a channel and a range of its levels, over their histogram."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import plain_label
from app.commands.level_histogram import LevelHistogram
from segcore.editing.thresholding import LEVELS, Channel, LevelRange


class LevelChoice(QWidget):
    """Until the person chooses a range, it is the one that separates dark from bright best.

    Attributes
    ----------
    chosen : LevelRange or None
        What the person chose; None: nothing yet.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: LevelRange | None = None
        self.channel = QComboBox()
        self.channel.setAccessibleName(self.tr("Channel"))
        for channel, name in (
            (Channel.GREY, self.tr("Grey")),
            (Channel.RED, self.tr("Red")),
            (Channel.GREEN, self.tr("Green")),
            (Channel.BLUE, self.tr("Blue")),
        ):
            self.channel.addItem(name, channel)
        self.low, self.high = QSpinBox(), QSpinBox()
        self.low.setAccessibleName(self.tr("Lowest level"))
        self.high.setAccessibleName(self.tr("Highest level"))
        self.histogram = LevelHistogram()
        ends = QHBoxLayout()
        ends.setSpacing(6)
        for widget in (self.channel, self.low, plain_label("–"), self.high):
            ends.addWidget(widget)
        ends.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(ends)
        layout.addWidget(self.histogram)
        for spin in (self.low, self.high):
            spin.setRange(0, LEVELS - 1)
            spin.valueChanged.connect(self._type)
        LetterGuard(self.low, self.high)
        self.channel.currentIndexChanged.connect(self.forget)
        self.histogram.range_changed.connect(self._drag)

    @property
    def of(self) -> Channel:
        """Which channel is chosen."""
        channel: Channel = self.channel.currentData()
        return channel

    def forget(self) -> None:
        """Let the range be found again."""
        self.chosen = None
        self.changed.emit()

    def show_levels(self, counts: NDArray[np.int64], levels: LevelRange) -> None:
        """Show the histogram, int64 [256], and the range that was used."""
        self.histogram.show_counts(counts)
        self._show(levels)

    def _show(self, levels: LevelRange) -> None:
        blockers = [QSignalBlocker(self.low), QSignalBlocker(self.high)]
        self.low.setValue(levels.low)
        self.high.setValue(levels.high)
        del blockers
        self.histogram.show_range(levels)

    def _drag(self, low: int, high: int) -> None:
        self._choose(LevelRange(low, high))

    def _type(self) -> None:
        low, high = self.low.value(), self.high.value()
        if low > high:  # the end that is not being typed gives way
            low, high = (low, low) if self.sender() is self.low else (high, high)
        self._choose(LevelRange(low, high))

    def _choose(self, levels: LevelRange) -> None:
        if levels != self.chosen:
            self.chosen = levels
            self._show(levels)
            self.changed.emit()
