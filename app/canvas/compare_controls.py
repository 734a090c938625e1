"""CompareControls: what the labels are compared with, and where the others are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label

BUTTON = QSize(34, 32)
"""Pixels; as large before its icon is drawn."""
WIDEST = 420
"""Pixels of the list of choices."""
VERSION = Qt.ItemDataRole.UserRole + 1


class Source(Enum):
    """What the labels can be compared with."""

    PREDICTION = "prediction"
    PREVIOUS = "previous"
    VERSION = "version"


class CompareControls(QWidget):
    """A choice, and the actions of the group ``compare`` as buttons."""

    source_changed = Signal(Source)
    """Compare with this from now on; of versions, with the `version` that is chosen."""

    def __init__(self, modes: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Compare with"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.addItem(self.tr("Prediction"), Source.PREDICTION)
        self.choice.addItem(self.tr("Previous image"), Source.PREVIOUS)
        self.choice.insertSeparator(self.choice.count())
        self._fixed = self.choice.count()
        self.show_versions({})
        self.choice.currentTextChanged.connect(lambda text: self.choice.setToolTip(as_tip(text)))
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

    @property
    def version(self) -> str | None:
        """The key of the version that is chosen; None when it is none."""
        key = self.choice.currentData(VERSION)
        return None if key is None else str(key)

    def show_versions(self, versions: Mapping[str, str]) -> None:
        """Offer these versions of the image, the newest first: a text for each key.

        While versions are compared, the chosen one stays, or the newest takes its place. No signal is emitted.
        """
        choice, source, version = self.choice, self.source, self.version
        with QSignalBlocker(choice):
            while choice.count() > self._fixed:
                choice.removeItem(self._fixed)
            if not versions:
                choice.addItem(self.tr("Version (there is none yet)"), Source.VERSION)
            for key, text in versions.items():
                choice.addItem(text, Source.VERSION)
                choice.setItemData(choice.count() - 1, key, VERSION)
                choice.setItemData(choice.count() - 1, as_tip(text), Qt.ItemDataRole.ToolTipRole)
            if source is Source.VERSION:
                choice.setCurrentIndex(max(self._fixed, choice.findData(version, VERSION)))
        choice.setToolTip(as_tip(choice.currentText()))
        view = choice.view()
        view.setMinimumWidth(min(WIDEST, view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width()))

    def choose_version(self, key: str) -> None:
        """Choose one of the versions that are offered."""
        row = self.choice.findData(key, VERSION)
        if row >= 0:
            self.choice.setCurrentIndex(row)
