"""StartPage: what is shown while no project is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.language.mnemonic import without_mnemonic
from app.window.recent_menu import recent_text
from app.window.sample_card import SampleCard


class StartPage(QWidget):
    """Buttons to open something, the recent projects, and two sample projects to try.

    Parameters
    ----------
    actions : list[QAction]
        What the buttons do.
    roads, cells : QAction
        Open the sample projects.
    """

    recent_chosen = Signal(str)
    """Path of a project."""

    def __init__(self, actions: list[QAction], roads: QAction, cells: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        title = plain_label(self.tr("Label images with a model that learns from you"))
        title.setProperty("role", "title")
        title.setWordWrap(True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        about = _muted(
            self.tr(
                "The model predicts labels, you correct them with a few strokes, and the model is fine-tuned on your"
                " corrections. Nothing leaves this machine."
            )
        )
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for n, action in enumerate(actions):
            button = QPushButton(without_mnemonic(action.text()))
            button.setToolTip(action.toolTip())
            button.setProperty("primary", "true" if n == 0 else "false")
            button.setMinimumHeight(38)
            button.clicked.connect(action.trigger)
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        drop = _muted(self.tr("… or drop a folder of images here"))
        trial = _muted(self.tr("No images at hand? Try a sample project:"))
        self.cards = [
            SampleCard("roads", self.tr("Roads: predict at once"), roads),
            SampleCard("nuclei", self.tr("Cells: teach it in a minute"), cells),
        ]
        samples = QHBoxLayout()
        samples.setSpacing(14)
        samples.addStretch(1)
        for card in self.cards:
            samples.addWidget(card)
        samples.addStretch(1)
        self._recent = QFrame()
        self._recent.setProperty("role", "card")
        self._recent.setMaximumWidth(560)
        self._list = QVBoxLayout(self._recent)
        self._list.setContentsMargins(14, 8, 14, 8)
        self._list.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 10, 40, 10)
        layout.setSpacing(10)
        layout.addStretch(2)
        for widget in (title, about):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addLayout(row)
        layout.addWidget(drop)
        layout.addSpacing(4)
        holder = QHBoxLayout()
        holder.addStretch(1)
        holder.addWidget(self._recent, 3)
        holder.addStretch(1)
        layout.addLayout(holder)
        layout.addSpacing(4)
        layout.addWidget(trial)
        layout.addLayout(samples)
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
            button.setText(as_caption(recent_text(path)))
            button.setToolTip(as_tip(path))
            button.setAutoRaise(True)
            button.clicked.connect(lambda _=False, p=path: self.recent_chosen.emit(p))
            self._list.addWidget(button)

    def show_icons(self, on_accent: QIcon) -> None:
        """Take the actions' icons, and read the pictures; the first button, on accent colour, gets its own."""
        for button, action in zip(self.buttons, self._actions, strict=True):
            button.setIcon(action.icon())
        self.buttons[0].setIcon(on_accent)
        for card in self.cards:
            card.show_picture()


def _muted(text: str) -> QLabel:
    label = plain_label(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
