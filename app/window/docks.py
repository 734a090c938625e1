"""Docks: the panels around the canvas; their sizes stay as the person chose them."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QScrollArea, QTabWidget, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.settings.seal import sealed, unsealed
from app.settings.settings import Settings
from app.window.page import LIST_MORE, Page, ScrollingPage, scroll_to
from app.window.panels import LEFT, TAB, Panels, translated

WORK = "work"
WORK_SIZE = (310, 400)
"""First width and height in pixels."""
STATE, SIZES = "window.state", "window.docks"
MOVED_MS = 400
"""After a dock was dropped elsewhere, its animation has ended by then."""
AREAS = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


class Docks(QObject):
    """Makes the docks and the tabs, shows and hides them all, and keeps their sizes.

    Qt gives every dock the size that happens to be left over after each resize. Here the sizes that the person chose
    (by dragging a border) are kept, and applied whenever the window has another size.
    """

    def __init__(self, window: QMainWindow, panels: Panels, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._shown = True
        self._before: dict[str, tuple[int, int]] = {}
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        self.list: list[QDockWidget] = []
        for row, panel in panels:
            page: QWidget = Page(panels.hint(row), panel, more=None if row.scrolls else LIST_MORE)
            page = ScrollingPage(page) if row.scrolls else page
            if row.place == TAB:
                self.tabs.addTab(page, translated(row.title))
            else:
                self._add(row.name, translated(row.title), page, AREAS[row.place != LEFT])
        work = self._add(WORK, self.tr("View and model"), self.tabs, AREAS[1])
        work.setTitleBarWidget(QWidget())  # its tabs say what it is
        self.tabs.setCornerWidget(close_button(work))
        first = {row.name: list(row.size) for row, _ in panels} | {WORK: list(WORK_SIZE)}
        self._sizes: dict[str, list[int]] = first | settings[SIZES]
        """Width and height of each dock; heights count as shares of their column."""
        self._state = unsealed(settings[STATE]) if settings[STATE] else b""
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.apply_sizes)
        self._moved = QTimer(self, singleShot=True, interval=MOVED_MS)
        self._moved.timeout.connect(self.apply_sizes)
        for dock in self.list:
            dock.visibilityChanged.connect(lambda _: self._later.start())
            dock.dockLocationChanged.connect(lambda _: self._moved.start())
        window.installEventFilter(self)

    def show(self, shown: bool) -> None:
        """Show or hide all docks; those that the person closed stay closed."""
        if shown == self._shown:
            return
        self._shown = shown
        if shown:
            for dock in self.list:
                dock.show()
            if self._state:
                self._window.restoreState(QByteArray(self._state))
            self.apply_sizes()
            self._later.start()
        else:
            if self._window.isVisible():
                self._state = bytes(self._window.saveState().data())
            for dock in self.list:
                dock.hide()
        for dock in self.list:
            dock.toggleViewAction().setEnabled(shown)

    def bring_up(self, widget: QWidget) -> None:
        """Show a widget of a panel: open its dock, turn to its tab, and scroll to it."""
        for dock in self.list:
            if dock.isAncestorOf(widget):
                dock.show()
                dock.raise_()
        for index in range(self.tabs.count()):
            page = self.tabs.widget(index)
            if page is not None and page.isAncestorOf(widget):
                self.tabs.setCurrentIndex(index)
                if isinstance(page, QScrollArea):
                    QTimer.singleShot(0, self, lambda area=page: scroll_to(area, widget))

    def store(self) -> None:
        """Write places and sizes to the settings."""
        if self._shown:
            self._settings[STATE] = sealed(bytes(self._window.saveState().data()))
            self._settings[SIZES] = self._sizes

    def apply_sizes(self) -> None:
        """Give the docks the sizes that the person chose, as far as the window has room for them."""
        columns = self._columns()
        if not self._shown or not columns:
            return
        wanted = [max(self._sizes[dock.objectName()][0] for dock in column) for column in columns]
        share = min(1.0, self._window.width() / 2 / sum(wanted))  # the canvas keeps half of the window
        firsts = [column[0] for column in columns]
        self._window.resizeDocks(firsts, [round(width * share) for width in wanted], Qt.Orientation.Horizontal)
        for column in columns:
            heights = [self._sizes[dock.objectName()][1] for dock in column]
            room = sum(dock.height() for dock in column)
            shares = [max(1, round(room * height / sum(heights))) for height in heights]
            self._window.resizeDocks(column, shares, Qt.Orientation.Vertical)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Apply the sizes after a resize of the window; keep what a drag of a border between docks has changed."""
        if event.type() == QEvent.Type.Resize:
            self._later.start()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._before = self._now()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._keep_dragged)
        return False

    def _keep_dragged(self) -> None:
        before, now = self._before, self._now()
        self._before = now
        for column in self._columns():
            names = [dock.objectName() for dock in column]
            if any(name not in before for name in names):
                continue
            if any(before[name][0] != now[name][0] for name in names):
                for name in names:
                    self._sizes[name] = [now[name][0], self._sizes[name][1]]
            if any(before[name][1] != now[name][1] for name in names):
                for name in names:
                    self._sizes[name] = [self._sizes[name][0], now[name][1]]

    def _now(self) -> dict[str, tuple[int, int]]:
        return {dock.objectName(): (dock.width(), dock.height()) for dock in self.list if dock.isVisible()}

    def _columns(self) -> list[list[QDockWidget]]:
        """Return the visible docks left and right of the canvas, one list for each column, from top to bottom."""
        found: dict[tuple[int, int], list[QDockWidget]] = defaultdict(list)
        for dock in self.list:
            area = self._window.dockWidgetArea(dock)
            if dock.isVisible() and area in AREAS:
                found[(AREAS.index(area), dock.x())].append(dock)
        return [sorted(column, key=lambda dock: dock.y()) for _, column in sorted(found.items())]

    def _add(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        dock.setTitleBarWidget(DockTitle(dock))
        self._window.addDockWidget(area, dock)
        self.list.append(dock)
        return dock


class DockTitle(QWidget):
    """The title of a dock and a cross that is large enough to hit; the dock is dragged by it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        title = plain_label(dock.windowTitle())
        title.setProperty("role", "heading")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 0)
        layout.addWidget(title, 1)
        layout.addWidget(close_button(dock))


def close_button(dock: QDockWidget) -> QToolButton:
    """Return a cross that closes the dock."""
    button = QToolButton()
    button.setText("✕")
    button.setProperty("role", "cross")
    button.setAutoRaise(True)
    text = QCoreApplication.translate("Docks", "Close “{title}”. The menu View shows it again.")
    button.setToolTip(as_tip(text.format(title=dock.windowTitle())))
    button.setAccessibleName(QCoreApplication.translate("Docks", "Close “{title}”").format(title=dock.windowTitle()))
    button.clicked.connect(dock.close)
    return button
