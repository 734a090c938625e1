"""Actions: a QAction for each row of the table."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from app.appearance.plain_text import as_tip
from app.appearance.theme import Theme
from app.settings.settings import Settings
from app.window.action_table import MENUS, TABLE, Row


class Actions(QObject):
    """The QActions of the table; the file of settings may give other shortcuts under ``shortcuts``."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        overrides = settings["shortcuts"]
        for row in TABLE:
            self._actions[row.id] = self._make(row, window, keys_of(row, overrides))

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[tuple[Row, QAction]]:
        return ((row, self._actions[row.id]) for row in TABLE)

    def named(self) -> dict[str, QAction]:
        """Return every action by its name."""
        return dict(self._actions)

    def group(self, name: str) -> QActionGroup:
        """Return the radio group of that name."""
        return self._groups[name]

    def add_keys(self, name: str, button: QWidget) -> None:
        """Add the shortcut of an action to the tooltip of a button that does the same."""
        keys = self[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if keys:
            button.setToolTip(as_tip(f"{button.toolTip()}  ({keys})"))

    def sections(self) -> list[tuple[str, list[QAction]]]:
        """Return (title, actions) of every menu."""
        return [
            (
                QCoreApplication.translate("Actions", title).replace("&", ""),
                [action for row, action in self if row.menu == menu],
            )
            for menu, title in MENUS.items()
        ]

    def fill(self, bar: QMenuBar, more: dict[str, list[QAction]]) -> None:
        """Add the menus of the table to a menu bar; ``more`` goes to the end of the menu it names."""
        menus = {key: bar.addMenu(QCoreApplication.translate("Actions", title)) for key, title in MENUS.items()}
        for row, action in self:
            if row.menu:
                if row.line:
                    menus[row.menu].addSeparator()
                menus[row.menu].addAction(action)
        for menu, extra in more.items():
            menus[menu].addSeparator()
            menus[menu].addActions(extra)

    def draw_icons(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours. The icon font loads here, so call it once the window is up."""
        from app.appearance.icons import icon

        for row, action in self:
            if row.icon:
                action.setIcon(icon(row.icon, theme, checkable=action.isCheckable()))

    def enable(self, project: bool, image: bool, write: bool = True) -> None:
        """Enable what can be used now; ``write``: whether the project may be changed."""
        for row, action in self:
            if row.needs:
                is_there = project if row.needs == "project" else image
                action.setEnabled(is_there and (write or not row.writes))

    def _make(self, row: Row, window: QWidget, keys: tuple[str, ...]) -> QAction:
        text = QCoreApplication.translate("Actions", row.text).replace("%1", row.id.removeprefix("class_"))
        text, _, short = text.partition("|")
        action = QAction(text, window)
        if short:
            action.setIconText(short)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in keys])
        plain = text.replace("&", "").rstrip("…")
        shown = ", ".join(QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in keys)
        tip = f"{plain}  ({shown})" if shown else plain
        action.setToolTip(as_tip(f"{tip}\n{QCoreApplication.translate('Actions', row.tip)}" if row.tip else tip))
        if row.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        action.setWhatsThis(as_tip(QCoreApplication.translate("Actions", row.tip) if row.tip else ""))
        action.setCheckable(bool(row.group) or row.checkable)
        if row.group:
            if row.group not in self._groups:
                self._groups[row.group] = QActionGroup(self)
            self._groups[row.group].addAction(action)
        window.addAction(action)
        return action


def keys_of(row: Row, overrides: dict[str, object]) -> tuple[str, ...]:
    """Return the shortcuts of a row; an override is a string or a list of strings, and an empty one means none."""
    chosen = overrides.get(row.id)
    if isinstance(chosen, str):
        return (chosen,) if chosen else ()
    if isinstance(chosen, list):
        return tuple(str(key) for key in chosen)
    return tuple(row.keys.split())
