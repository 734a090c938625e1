"""CommandPalette: type a few letters to find an action, a class or an image; Enter does it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.document.document import Document
from app.document.records import Records
from app.language.mnemonic import without_mnemonic
from app.window.action_row import MENUS
from app.window.actions import Actions
from app.window.fuzzy import Query, Rank, ranked
from app.window.key_map import shown

MOST = 40
"""Rows that are shown."""
FRAME_S = 0.008
"""How long the search holds the window at a time, in seconds."""
WIDEST, HIGHEST = 640, 420
"""In pixels."""
UP_AND_DOWN = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One row: what it says, of which kind it is, its keys, and what it does; ``act`` is None when it cannot now."""

    text: str
    kind: str
    keys: str
    act: Callable[[], object] | None


class CommandPalette(QFrame):
    """Floats above the window's middle and goes away once it has lost the focus.

    Searching 100,000 images is done in slices of `FRAME_S`, so that typing never waits for it.
    """

    image_wanted = Signal(str)

    def __init__(self, actions: Actions, document: Document, records: Records, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "palette")
        self.setAutoFillBackground(True)
        self._actions, self._document, self._records = actions, document, records
        self._ids: list[str] = []
        self._lowered: list[str] = []
        self._commands: list[Entry] = []
        self._search: Iterator[list[tuple[Rank, int]] | None] | None = None
        self._query = Query("")
        self._back: QWidget | None = None
        self.field = QLineEdit(clearButtonEnabled=True)
        self.field.setPlaceholderText(self.tr("Find a command, a class or an image"))
        self.field.setAccessibleName(self.tr("Find a command, a class or an image"))
        self.rows = QTreeWidget()
        self.rows.setAccessibleName(self.tr("What was found"))
        self.rows.setColumnCount(3)
        self.rows.setHeaderHidden(True)
        self.rows.setProperty("role", "roomy")
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.rows.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.note)
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._go_on)
        self.field.textEdited.connect(lambda _: self.look())
        self.field.textChanged.connect(lambda text: None if text else self.look())
        self.field.installEventFilter(self)
        self.rows.itemClicked.connect(lambda item, _column: self._do(item))
        records.reset.connect(self._forget)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show it, empty, above everything else."""
        window = self.parentWidget()
        self._back = None if window is None else window.focusWidget()
        self._commands = self._collect()
        self._place()
        self.show()
        self.raise_()
        self.field.clear()
        self.look()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_(self) -> None:
        """Hide it and give the focus back."""
        self._slices.stop()
        self._search = None
        self.hide()
        if self._back is not None and self._back.isVisible():
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)

    def look(self) -> None:
        """Show what matches; images follow a moment later where there are many."""
        self._query = Query(self.field.text())
        if not self._query.whole:
            self._search = None
            self._slices.stop()
            self._show([entry for entry in self._commands if entry.act is not None])
            return
        self._search = ranked(self._query, self._images(), MOST)
        self._slices.start()
        self._go_on()

    def _go_on(self) -> None:
        """Search on for a moment."""
        if self._search is None:
            self._slices.stop()
            return
        end = time.monotonic() + FRAME_S
        for found in self._search:
            if found is not None:
                self._search = None
                self._slices.stop()
                self._show_found(found)
                return
            if time.monotonic() >= end:
                return

    def _show_found(self, images: list[tuple[Rank, int]]) -> None:
        rows: list[tuple[Rank, int, Entry]] = []
        for place, entry in enumerate(self._commands):
            rank = self._query.rank(entry.text.casefold())
            if rank is not None:
                rows.append((rank, place, entry))
        for rank, place in images:
            image_id = self._ids[place]
            act = lambda wanted=image_id: self.image_wanted.emit(wanted)  # noqa: E731
            rows.append(
                (rank, len(self._commands) + place, Entry(self._records.name(image_id), self.tr("Image"), "", act))
            )
        # What can be done now comes first, of equally good ones commands before images.
        rows.sort(key=lambda row: (row[2].act is None, row[0][0], row[0][1] > 0, row[1]))
        self._show([entry for _, _, entry in rows[:MOST]])

    def _show(self, entries: list[Entry]) -> None:
        self.rows.clear()
        items = []
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
        faint = self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        for entry in entries:
            item = QTreeWidgetItem([entry.text, entry.keys, entry.kind])
            item.setData(0, ENTRY, entry)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setForeground(2, muted)
            if entry.act is None:
                for column in range(2):
                    item.setForeground(column, faint)
            items.append(item)
        self.rows.addTopLevelItems(items)
        if items:
            self.rows.setCurrentItem(items[0])
            self.note.setText(self.tr("Enter: do it · Up and Down: choose · Esc: close"))
        else:
            self.note.setText(self.tr("Nothing is called like this. Try fewer letters."))

    def _collect(self) -> list[Entry]:
        """Return all actions and classes."""
        entries = []
        for row, action in self._actions:
            if not row.menu or row.id == "palette":
                continue  # classes stand here by their names
            act = action.trigger if action.isEnabled() else None
            menu = without_mnemonic(QCoreApplication.translate("Actions", MENUS[row.menu]))
            entries.append(Entry(self._actions.name_of(row.id), menu, shown(self._actions.keys[row.id]), act))
        for number, each in enumerate(self._document.classes or (), 1):
            key = shown(self._actions.keys.get(f"class_{number}", ()))
            choose = lambda value=each.index: self._document.set_active_class(value)  # noqa: E731
            entries.append(Entry(each.name, self.tr("Class"), key, choose))
        return entries

    def _images(self) -> list[str]:
        """Return the names of all images as they are searched."""
        if not self._ids:
            self._ids = [record.id for record in self._records.all()]
            self._lowered = [image_id.casefold() for image_id in self._ids]
        return self._lowered

    def _forget(self) -> None:
        self._ids, self._lowered, self._search = [], [], None

    def _do(self, item: QTreeWidgetItem | None) -> None:
        entry = None if item is None else item.data(0, ENTRY)
        if not isinstance(entry, Entry):
            return
        if entry.act is None:
            self.note.setText(self.tr("This cannot be used now: it needs an image, or a project that can be changed."))
            return
        self.close_()
        entry.act()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None:
            width, height = min(WIDEST, window.width() - 40), min(HIGHEST, window.height() - 120)
            self.setGeometry((window.width() - width) // 2, 60, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Choose rows with Up and Down while typing; stay in place; go away with the focus."""
        if watched is not self.field:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
            return False
        if event.type() == QEvent.Type.FocusOut and not self.rows.underMouse() and self.isVisible():
            self._back = None  # the focus has gone where the person wants it
            self.close_()
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (*UP_AND_DOWN, *ENTER, Qt.Key.Key_Escape):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in UP_AND_DOWN:
            self.rows.keyPressEvent(event)
        elif event.key() in ENTER:
            while self._search is not None:  # Enter right after the last letter means what would be shown
                self._go_on()
            self._do(self.rows.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_()
        else:
            return False
        return True
