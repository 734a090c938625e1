"""Hint: a few words at the top of a panel for the first time; dismissed once, gone for good."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.appearance.plain_text import plain_label
from app.settings.settings import Settings

KEY = "hints.dismissed"


class Hint(QFrame):
    """Text that the person can dismiss; ``name`` is what the settings remember."""

    def __init__(self, name: str, text: str, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._settings = settings
        self.setProperty("role", "hint")
        label = plain_label(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip(self.tr("Do not show this again"))
        close.setAccessibleName(self.tr("Dismiss hint"))
        close.setAutoRaise(True)
        close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 8, 4, 8)
        layout.addWidget(label, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        settings.changed.connect(self._follow)
        if name in settings[KEY]:
            self.hide()

    def dismiss(self) -> None:
        """Hide it and remember that."""
        self._settings[KEY] = sorted({*self._settings[KEY], self._name})

    def _follow(self, key: str) -> None:
        if key == KEY:
            self.setVisible(self._name not in self._settings[KEY])
