"""KeyboardWiring: the palette, the sheet and editor of shortcuts, and the keys that go to the parts of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from app.classes.class_panel import ClassPanel
from app.document.session import Session
from app.window.actions import Actions
from app.window.command_palette import CommandPalette
from app.window.dialogs import bring_up
from app.window.docks import Docks
from app.window.key_map import shown
from app.window.panels import Panels

CLASS_KEYS = 10


class KeyboardWiring(QObject):
    """Everything can be reached without a mouse."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        actions: Actions,
        docks: Docks,
        panels: Panels,
        canvas: QWidget,
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._docks, self.panels = window, actions, docks, panels
        self._dialogs: dict[str, QWidget] = {}
        self.palette = CommandPalette(actions, session.document, session.records, window)
        self._places: list[QWidget] = [canvas]
        actions["palette"].triggered.connect(lambda: self.palette.open())
        actions["shortcuts"].triggered.connect(lambda: self.show_sheet())
        actions["edit_shortcuts"].triggered.connect(lambda: self.show_editor())
        actions["go_canvas"].triggered.connect(lambda: canvas.setFocus(Qt.FocusReason.ShortcutFocusReason))
        for row, panel in panels:
            actions[f"go_{row.name}"].triggered.connect(partial(self._go_to, panel))
            panel.installEventFilter(self)
            self._places.append(panel)
        actions.keys_changed.connect(self._tell_class_keys)
        self._tell_class_keys()
        actions["go_on"].triggered.connect(lambda: self._step(1))
        actions["go_back"].triggered.connect(lambda: self._step(-1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Esc that nothing in a panel takes goes back to the image."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._places[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        return False

    def show_sheet(self) -> None:
        """Show every shortcut."""
        from app.window.shortcut_sheet import ShortcutSheet

        if "sheet" not in self._dialogs:
            sheet = ShortcutSheet(self._actions, self._window)
            sheet.edit_wanted.connect(self.show_editor)
            self._dialogs["sheet"] = sheet
        bring_up(self._dialogs["sheet"])

    def show_editor(self) -> None:
        """Show every shortcut, to be changed."""
        from app.window.shortcut_editor import ShortcutEditor

        if "editor" not in self._dialogs:
            self._dialogs["editor"] = ShortcutEditor(self._actions, self._window)
        bring_up(self._dialogs["editor"])

    def _tell_class_keys(self) -> None:
        keys = (self._actions.keys[f"class_{number}"][:1] for number in range(1, CLASS_KEYS + 1))
        self.panels[ClassPanel].set_keys([shown(key) for key in keys])

    def _go_to(self, panel: QWidget) -> None:
        self._docks.bring_up(panel)
        focus_first(panel)

    def _step(self, step: int) -> None:
        """Go to the next part that is seen; from elsewhere to the canvas."""
        now = QApplication.focusWidget()
        seen = [place for place in self._places if place.isVisible()]
        if not seen:
            return
        here = next((n for n, place in enumerate(seen) if now is not None and _holds(place, now)), -step)
        goal = seen[(here + step) % len(seen)]
        if goal is self._places[0]:
            goal.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            focus_first(goal)


def focus_first(panel: QWidget) -> None:
    """Put the focus on the list of a panel, or on its first control that takes it by Tab."""
    preferred = getattr(panel, "list", None) or getattr(panel, "tree", None)
    if isinstance(preferred, QWidget) and preferred.isEnabled():
        preferred.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    for widget in _in_tab_order(panel):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
    tabs = panel.parentWidget()
    while tabs is not None and not isinstance(tabs, QTabWidget):
        tabs = tabs.parentWidget()
    if tabs is not None:
        tabs.tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)


def _in_tab_order(panel: QWidget) -> list[QWidget]:
    found, widget = [], panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        if panel.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _holds(place: QWidget, widget: QWidget) -> bool:
    return place is widget or place.isAncestorOf(widget)
