"""Actions: a QAction for each row of the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.appearance.plain_text import as_tip
from app.appearance.theme import Theme
from app.appearance.turns import spread
from app.language.mnemonic import without_mnemonic
from app.settings.settings import Settings
from app.window.action_row import MENUS, Row
from app.window.action_table import TABLE
from app.window.key_map import KeyMap, keys_in_force, override_for, shown

SHORTCUTS = "shortcuts"


class Actions(QObject):
    """The QActions of the table; the settings may give other shortcuts under ``shortcuts``, which hold at once."""

    keys_changed = Signal()
    """Some action has other shortcuts now."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._settings = settings
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._holder = QWidget(window, size=QSize())
        """Has the actions, so that their shortcuts work without a menu. The window does not: event filters look at all
        that it is told, and it would be told of each action that is enabled."""
        self._buttons: list[tuple[str, QWidget, str]] = []
        self.keys: KeyMap = keys_in_force(settings[SHORTCUTS])
        for row in TABLE:
            self._actions[row.id] = self._make(row, window)
            self._give_keys(row)
        settings.changed.connect(self._follow)

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
        """Add the shortcut of an action to the tooltip of a button that does the same, and keep it right."""
        self._buttons.append((name, button, button.toolTip()))
        self._tell_keys(*self._buttons[-1])

    def set_keys(self, name: str, keys: Sequence[str]) -> None:
        """Give an action these keys, as `KeyMap` writes them, from now on; whoever had one of them loses it."""
        overrides = self._settings[SHORTCUTS]
        for other, own in self.keys.items():
            if other != name and set(own) & set(keys):
                overrides = override_for(other, [key for key in own if key not in keys], overrides)
        self._settings[SHORTCUTS] = override_for(name, keys, overrides)

    def reset_keys(self) -> None:
        """Give every action its default keys."""
        self._settings.reset(SHORTCUTS)

    def overridden(self) -> set[str]:
        """Return the names of the actions that have other keys than the default."""
        return {row.id for row in TABLE if row.id in self._settings[SHORTCUTS]}

    def sections(self) -> list[tuple[str, list[str]]]:
        """Return title and names of the actions of every menu."""
        return [
            (
                without_mnemonic(QCoreApplication.translate("Actions", title)),
                [row.id for row in TABLE if row.menu == menu],
            )
            for menu, title in MENUS.items()
        ]

    def fill(self, bar: QMenuBar, more: dict[str, list[QAction]]) -> dict[str, QMenu]:
        """Add the menus of the table to a menu bar and return them; ``more`` goes to the end of the menu it names."""
        menus = {key: bar.addMenu(QCoreApplication.translate("Actions", title)) for key, title in MENUS.items()}
        for row, action in self:
            if row.menu:
                if row.line:
                    menus[row.menu].addSeparator()
                menus[row.menu].addAction(action)
        for menu, extra in more.items():
            menus[menu].addSeparator()
            menus[menu].addActions(extra)
        return menus

    def draw_icons(self, theme: Theme) -> Iterator[None]:
        """Draw the icons in a theme's colours, in steps: all at once take 60 ms.

        The icon font loads here: begin once the window is up.
        """
        from app.appearance.icons import icon

        drawn = [(row.icon, action) for row, action in self if row.icon]
        yield from spread(drawn, lambda each: each[1].setIcon(icon(each[0], theme, checkable=each[1].isCheckable())))

    def enable(self, project: bool, image: bool, write: bool = True) -> None:
        """Enable what can be used now; ``write``: whether the project may be changed."""
        for row, action in self:
            if row.needs:
                is_there = project if row.needs == "project" else image
                action.setEnabled(is_there and (write or not row.writes))

    def name_of(self, name: str) -> str:
        """Return the text of an action without signs, also while its menu says more ("Undo Brush")."""
        return str(self[name].data())

    def _make(self, row: Row, window: QWidget) -> QAction:
        text = QCoreApplication.translate("Actions", row.text).replace("%1", row.id.removeprefix("class_"))
        text, _, short = text.partition("|")
        action = QAction(text, window)
        if short or "(&" in text:  # Qt takes "&" away for a button, but leaves the brackets
            action.setIconText(short or without_mnemonic(text))
        action.setObjectName(row.id)
        if row.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        action.setWhatsThis(as_tip(QCoreApplication.translate("Actions", row.tip) if row.tip else ""))
        action.setData(without_mnemonic(text).rstrip("…"))
        action.setCheckable(bool(row.group) or row.checkable)
        if row.group:
            if row.group not in self._groups:
                self._groups[row.group] = QActionGroup(self)
            self._groups[row.group].addAction(action)
        self._holder.addAction(action)
        return action

    def _give_keys(self, row: Row) -> None:
        action, keys = self[row.id], self.keys[row.id]
        action.setShortcuts([QKeySequence(key) for key in keys])
        tip = f"{self.name_of(row.id)}  ({shown(keys)})" if keys else self.name_of(row.id)
        action.setToolTip(as_tip(f"{tip}\n{QCoreApplication.translate('Actions', row.tip)}" if row.tip else tip))

    def _tell_keys(self, name: str, button: QWidget, tip: str) -> None:
        keys = self.keys[name]
        button.setToolTip(as_tip(f"{tip}  ({shown(keys[:1])})" if keys else tip))

    def _follow(self, key: str) -> None:
        if key != SHORTCUTS:
            return
        before, self.keys = self.keys, keys_in_force(self._settings[SHORTCUTS])
        for row in TABLE:
            if self.keys[row.id] != before[row.id]:
                self._give_keys(row)
        for button in self._buttons:
            self._tell_keys(*button)
        self.keys_changed.emit()
