"""CompareControls: what the labels are compared with, and where the others are shown."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.appearance.plain_text import plain_label

BUTTON = QSize(34, 32)
"""Pixels; as large before its icon is drawn."""


class Source(Enum):
    """What the labels can be compared with."""

    PREDICTION = "prediction"
    PREVIOUS = "previous"


class CompareControls(QWidget):
    """A choice, and the actions of the group ``compare`` as buttons."""

    source_changed = Signal(Source)
    """Compare with this from now on."""

    def __init__(self, modes: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Compare with"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.addItem(self.tr("Prediction"), Source.PREDICTION)
        self.choice.addItem(self.tr("Previous image"), Source.PREVIOUS)
        self.choice.currentIndexChanged.connect(lambda _: self.source_changed.emit(self.source))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(plain_label(self.tr("Compare with")))
        row.addWidget(self.choice, 1)
        for action in modes:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(BUTTON)
            row.addWidget(button)

    @property
    def source(self) -> Source:
        """What is chosen."""
        return Source(self.choice.currentData())
