"""SampleCard: a picture of a sample project and what to try on it; a click opens the project."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from app.appearance.plain_text import as_caption
from resources import resource

PICTURE = QSize(180, 99)
"""Logical pixels; the files are larger, for sharp screens."""


class SampleCard(QToolButton):
    """The button of one sample; ``action`` opens it, and ``key`` names its folder in ``resources/sample``."""

    def __init__(self, key: str, caption: str, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setProperty("role", "picture")
        self.setText(as_caption(caption))
        self.setToolTip(action.toolTip())
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(PICTURE)
        empty = QPixmap(PICTURE)
        empty.fill(Qt.GlobalColor.transparent)
        self.setIcon(QIcon(empty))  # so that nothing moves when the picture is there
        self.clicked.connect(action.trigger)

    def show_picture(self) -> None:
        """Read the picture. It waits until the window has been painted."""
        picture = QPixmap(str(resource("sample") / self._key / "picture.jpg"))
        if not picture.isNull():
            self.setIcon(QIcon(picture))
