"""StartPage: what to do when nothing is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import as_caption, as_tip, plain_label


class StartPage(QWidget):
    """The actions to begin with, and the projects of before."""

    recent_chosen = Signal(str)
    """Path of a project."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        title = plain_label(self.tr("Label images with a model that learns from you"))
        title.setProperty("role", "title")
        title.setWordWrap(True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        about = plain_label(
            self.tr(
                "The model suggests, you correct with a few strokes, it learns from them. Nothing leaves this machine."
            )
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        about.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for n, action in enumerate(actions):
            button = QPushButton(action.text().replace("&", ""))
            button.setToolTip(action.toolTip())
            button.setProperty("primary", "true" if n == 0 else "false")
            button.setMinimumHeight(38)
            button.clicked.connect(action.trigger)
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        drop = plain_label(self.tr("… or drop a folder of images here"))
        drop.setProperty("role", "muted")
        drop.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._recent = QFrame()
        self._recent.setProperty("role", "card")
        self._recent.setMaximumWidth(560)
        self._list = QVBoxLayout(self._recent)
        self._list.setContentsMargins(14, 12, 14, 12)
        self._list.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 20, 40, 20)
        layout.setSpacing(14)
        layout.addStretch(2)
        for widget in (title, about):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addLayout(row)
        layout.addWidget(drop)
        layout.addSpacing(12)
        holder = QHBoxLayout()
        holder.addStretch(1)
        holder.addWidget(self._recent, 3)
        holder.addStretch(1)
        layout.addLayout(holder)
        layout.addStretch(3)
        self.show_recent([])

    def show_recent(self, paths: list[str]) -> None:
        """List projects, the latest first."""
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._recent.setVisible(bool(paths))
        if not paths:
            return
        heading = plain_label(self.tr("Recent projects"))
        heading.setProperty("role", "heading")
        self._list.addWidget(heading)
        for path in paths[:6]:
            button = QToolButton()
            button.setText(as_caption(f"{Path(path).name}    {_shortened(str(Path(path).parent))}"))
            button.setToolTip(as_tip(path))
            button.setAutoRaise(True)
            button.clicked.connect(lambda _=False, p=path: self.recent_chosen.emit(p))
            self._list.addWidget(button)

    def show_icons(self, on_accent: QIcon) -> None:
        """Take the actions' icons; the first button, on accent colour, gets its own."""
        for button, action in zip(self.buttons, self._actions, strict=True):
            button.setIcon(action.icon())
        self.buttons[0].setIcon(on_accent)


def _shortened(path: str, limit: int = 52) -> str:
    return path if len(path) <= limit else f"…{path[-limit + 1 :]}"
