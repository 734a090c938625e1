"""Durations: how long to train, as a short list beside the button; Options takes any other time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.settings.settings import Settings

SETTING = "train.minutes"
MINUTE, COFFEE, OVERNIGHT = 1.0, 10.0, 480.0
"""Minutes."""


class Durations(QComboBox):
    """Follows the setting ``train.minutes``; a time that is not in the list is a row of its own."""

    chosen = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setToolTip(self.tr("How long to train; the best state on the held-out images is kept"))
        self.setAccessibleName(self.tr("How long to train"))
        self.activated.connect(self._choose)
        settings.changed.connect(self._on_setting)
        self._fill()

    def _fill(self) -> None:
        minutes = self._settings[SETTING]
        rows = {
            MINUTE: self.tr("1 minute"),
            COFFEE: self.tr("Coffee (10 minutes)"),
            OVERNIGHT: self.tr("Overnight (8 hours)"),
        }
        if minutes not in rows:
            rows[minutes] = self.tr("{minutes} minutes").format(minutes=f"{minutes:g}")
        with QSignalBlocker(self):
            self.clear()
            for value, text in sorted(rows.items()):
                self.addItem(text, value)
            self.setCurrentIndex(self.findData(minutes))

    def _choose(self, row: int) -> None:
        self._settings[SETTING] = self.itemData(row)
        self.chosen.emit()

    def _on_setting(self, key: str) -> None:
        if key == SETTING:
            self._fill()
