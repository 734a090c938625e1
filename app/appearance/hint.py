"""Hint: a few words at the top of a panel, until the person has done a few times what they explain."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.settings.settings import Settings

KEY = "hints.dismissed"
USES = "hints.uses"
ENOUGH = 5
"""Uses after which a hint goes away."""


class Hint(QWidget):
    """Text in a coloured frame that goes away when it is dismissed, or after `ENOUGH` calls of `count_use`.

    Parameters
    ----------
    name : str
        What the settings remember it by.
    """

    def __init__(self, name: str, text: str, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._settings = settings
        self._has_room = self._shown = True
        frame = QFrame()
        frame.setProperty("role", "hint")
        self._label = label = plain_label(text)
        label.setWordWrap(True)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setProperty("role", "cross")
        self.close_button.setToolTip(self.tr("Do not show this hint again"))
        self.close_button.setAccessibleName(self.tr("Dismiss hint"))
        self.close_button.setAutoRaise(True)
        self.close_button.clicked.connect(self.dismiss)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(10, 8, 4, 8)
        layout.addWidget(label, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        around = QVBoxLayout(self)
        around.setContentsMargins(10, 8, 10, 0)
        around.addWidget(frame)
        settings.changed.connect(self._follow)
        self._show_or_hide()

    @property
    def dismissed(self) -> bool:
        """Whether the settings say that it is not shown."""
        return self.name in self._settings[KEY]

    def set_text(self, text: str) -> None:
        """Say it in other words, for example when a shortcut is another."""
        self._label.setText(text)

    def dismiss(self) -> None:
        """Hide it and remember that."""
        self._settings[KEY] = sorted({*self._settings[KEY], self.name})

    def count_use(self) -> None:
        """Count that the person did what it explains."""
        if self.dismissed:
            return
        uses = self._settings[USES]
        uses[self.name] = uses.get(self.name, 0) + 1
        if uses[self.name] >= ENOUGH:
            self.dismiss()
        else:
            self._settings[USES] = uses

    def set_room(self, has_room: bool) -> None:
        """Tell whether there is room for it."""
        self._has_room = has_room
        self._show_or_hide()

    def _follow(self, key: str) -> None:
        if key == KEY:
            self._show_or_hide()

    def _show_or_hide(self) -> None:
        wanted = self._has_room and not self.dismissed
        if wanted != self._shown:
            self._shown = wanted
            self.setVisible(wanted)


def show_hints_again(settings: Settings) -> None:
    """Show every hint again, and count its uses from 0."""
    settings.reset(USES)
    settings.reset(KEY)


def dismiss_hints(settings: Settings, names: Iterable[str]) -> None:
    """Hide all these hints."""
    settings[KEY] = sorted({*settings[KEY], *names})
