"""RecentMenu: the projects that were open last, in the menu File."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.appearance.plain_text import as_caption, as_tip
from app.settings.settings import Settings

SHORTEST = 52
"""Characters of a folder that are shown; of a longer one, the end."""


class RecentMenu(QMenu):
    """A submenu above the row ``above``: one row a project, the latest first; it can be opened when there is one."""

    chosen = Signal(str)
    """Path of a project."""

    def __init__(self, settings: Settings, file_menu: QMenu, above: QAction) -> None:
        super().__init__(file_menu)
        self.setTitle(self.tr("Open &recent"))
        self.setToolTipsVisible(True)
        self._settings = settings
        self.aboutToShow.connect(self._fill)
        settings.changed.connect(self._follow)
        self._follow("recent.projects")
        file_menu.insertMenu(above, self)

    def _fill(self) -> None:
        self.clear()
        for path in self._settings["recent.projects"]:
            action = self.addAction(as_caption(recent_text(path)))
            action.setToolTip(as_tip(path))
            action.triggered.connect(lambda _=False, p=path: self.chosen.emit(p))

    def _follow(self, key: str) -> None:
        if key == "recent.projects":
            self.menuAction().setEnabled(bool(self._settings[key]))


def recent_text(path: str) -> str:
    """Return the name of a project and the folder that it is in, shortened from the left."""
    name, folder = Path(path).name.removesuffix(".maskwright"), str(Path(path).parent)
    return f"{name}    {folder if len(folder) <= SHORTEST else f'…{folder[-SHORTEST + 1 :]}'}"
