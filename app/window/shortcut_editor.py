"""ShortcutEditor: all actions with their keys; press keys to change them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import plain_label
from app.language.mnemonic import without_mnemonic
from app.window.action_row import MENUS, Row
from app.window.action_table import TABLE
from app.window.actions import Actions
from app.window.key_field import KeyField
from app.window.key_map import holder, keys_of, normal, shown, why_not

ACTION, KEYS, PLACE = range(3)
ROW_HEIGHT = 26
"""Pixels."""
NAME = Qt.ItemDataRole.UserRole


class ShortcutEditor(QDialog):
    """A change holds at once, in menus, tooltips and texts, and is kept in the settings. The window stays usable."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change shortcuts"))
        self.resize(low_enough(QSize(640, 700), self))
        self._actions = actions
        self._wanted = ""  # keys of another action that were pressed here
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Type a name or keys to filter"))
        self.search.setAccessibleName(self.tr("Filter the actions"))
        self.table = QTreeWidget()
        self.table.setAccessibleName(self.tr("Actions and their keys"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels([self.tr("Action"), self.tr("Keys"), self.tr("Menu")])
        self.table.header().setSectionResizeMode(ACTION, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.title = plain_label()
        self.title.setProperty("role", "heading")
        self.field = KeyField()
        self.also = QCheckBox()
        self.none = QPushButton(self.tr("No keys"))
        self.reset = QPushButton(self.tr("Default keys"))
        self.note = plain_label()
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
        self.take = QPushButton(self.tr("Use it here"))
        self.reset_all = QPushButton(self.tr("Reset all to the default"))
        self._lay_out()
        for row in TABLE:
            self.table.addTopLevelItem(self._item(row))
        self._show_keys()
        self.table.resizeColumnToContents(KEYS)
        self.table.resizeColumnToContents(PLACE)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.currentItemChanged.connect(lambda *_: self._choose())
        self.table.itemActivated.connect(lambda *_: self.field.setFocus())
        self.field.pressed.connect(self.press)
        self.field.left.connect(self.table.setFocus)
        self.none.clicked.connect(lambda: self._set(()))
        self.reset.clicked.connect(self._reset_one)
        self.take.clicked.connect(lambda: self._set((*self._kept(), self._wanted)))
        self.reset_all.clicked.connect(self._reset_all)
        actions.keys_changed.connect(self._show_keys)
        self.choose(TABLE[0].id)

    def choose(self, name: str) -> None:
        """Select the action of this name."""
        self.table.setCurrentItem(next(item for item in self._items() if item.data(ACTION, NAME) == name))

    def press(self, key: str) -> None:
        """Take keys for the chosen action, or say why they cannot be used and what to do."""
        item = self.table.currentItem()
        if item is None:
            return
        name = str(item.data(ACTION, NAME))
        self._wanted = ""
        written = shown([key])
        if reason := why_not(key):
            text = self.tr("{keys} cannot be used: {reason}. Press other keys.")
            self.note.setText(text.format(keys=written, reason=reason))
        elif other := holder(key, self._actions.keys, but=name):
            self._wanted = key
            text = self.tr("{keys} belongs to “{name}”. Press other keys, or take it from there.")
            self.note.setText(text.format(keys=written, name=self._actions.name_of(other)))
        else:
            self._set(tuple(dict.fromkeys((*self._kept(), key))))
            return
        self.field.setText(written)
        self.take.setVisible(bool(self._wanted))

    def _name(self) -> str:
        item = self.table.currentItem()
        return "" if item is None else str(item.data(ACTION, NAME))

    def _kept(self) -> tuple[str, ...]:
        return self._actions.keys[self._name()] if self.also.isChecked() else ()

    def _set(self, keys: tuple[str, ...]) -> None:
        name = self._name()
        if not name:
            return
        self._actions.set_keys(name, keys)
        self._choose()
        text = self.tr("“{name}” has {keys} now.") if keys else self.tr("“{name}” has no keys now.")
        self.note.setText(text.format(name=self._actions.name_of(name), keys=shown(keys)))
        self.table.setFocus()

    def _reset_one(self) -> None:
        row = next((row for row in TABLE if row.id == self._name()), None)
        if row is not None:
            self._set(tuple(normal(key) for key in keys_of(row, {})))

    def _reset_all(self) -> None:
        self._actions.reset_keys()
        self._choose()
        self.note.setText(self.tr("All actions have their default keys now."))

    def _choose(self) -> None:
        """Show the keys of the chosen action."""
        name = self._name()
        self._wanted = ""
        self.take.hide()
        self.field.clear()
        self.note.clear()
        for widget in (self.field, self.none, self.reset):
            widget.setEnabled(bool(name))
        if not name:
            self.title.setText(self.tr("No action has such a name or such keys."))
            self.also.hide()
            return
        keys = self._actions.keys[name]
        self.title.setText(self._actions.name_of(name))
        self.field.setText(shown(keys))
        self.field.setAccessibleName(self.tr("Keys of “{name}”").format(name=self._actions.name_of(name)))
        self.also.setVisible(bool(keys))
        self.also.setChecked(False)
        self.also.setText(self.tr("Keep {keys}, too").format(keys=shown(keys)))

    def _show_keys(self) -> None:
        overridden = self._actions.overridden()
        for item in self._items():
            name = str(item.data(ACTION, NAME))
            item.setText(KEYS, shown(self._actions.keys[name]))
            for column in (ACTION, KEYS):
                font = item.font(column)
                font.setBold(name in overridden)
                item.setFont(column, font)
        self.reset_all.setEnabled(bool(overridden))
        self._filter()

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        first = None
        for item in self._items():
            text = " ".join(item.text(column) for column in (ACTION, KEYS, PLACE)).casefold()
            item.setHidden(not all(word in text for word in words))
            first = item if first is None and not item.isHidden() else first
        current = self.table.currentItem()
        if current is None or current.isHidden():
            self.table.setCurrentItem(first)  # type: ignore[arg-type]
            self._choose()

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.table.topLevelItem(n) for n in range(self.table.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _item(self, row: Row) -> QTreeWidgetItem:
        menu = QCoreApplication.translate("Actions", MENUS[row.menu]) if row.menu else self.tr("&Classes")
        item = QTreeWidgetItem([self._actions.name_of(row.id), "", without_mnemonic(menu)])
        item.setData(ACTION, NAME, row.id)
        item.setSizeHint(ACTION, QSize(0, ROW_HEIGHT))
        return item

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        keys = QHBoxLayout()
        keys.addWidget(self.field, 1)
        keys.addWidget(self.none)
        keys.addWidget(self.reset)
        said = QHBoxLayout()
        said.addWidget(self.note, 1)
        said.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.title)
        layout.addLayout(keys)
        layout.addWidget(self.also)
        layout.addLayout(said)
        layout.addWidget(buttons)
        for pressable in self.findChildren(QPushButton):
            pressable.setAutoDefault(False)  # Enter belongs to the field and the table
