"""ClassPanel: the classes of the project; the chosen one is what the tools paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import as_caption, as_tip, as_title
from app.appearance.swatches import SIZE, swatch
from app.classes.class_icons import eye, ignore_swatch, lock
from app.classes.class_locks import ClassLocks
from app.classes.class_search import ClassSearch
from app.classes.palette_menu import PaletteMenu
from app.document.document import Document
from segcore.errors import ClassesError
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass

NAME, KEY, EYE, LOCK = 0, 1, 2, 3
LEAST_WIDTH = 56
"""Pixels of a button that may become narrower than its text, in a small window."""


class ClassPanel(QWidget):
    """Choose, add, rename, recolour, remove, hide and lock classes.

    It asks for changes of the class list and shows what the document has. Which classes are hidden is its own: a
    project is opened with those hidden that are not shown at first (the background), and the eye changes it for now.
    """

    classes_edited = Signal(ClassSet)
    """The class list that the person wants."""
    removal_wanted = Signal(int)
    """The person wants to remove the class of this value."""
    merge_wanted = Signal(int, int)
    """The class of the first value is to become that of the second, in all images."""
    hidden_changed = Signal(frozenset)
    """Class values that are not drawn."""
    error = Signal(Exception)

    def __init__(
        self,
        document: Document,
        ignore: QAction | None = None,
        locks: ClassLocks | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``ignore``: the action that chooses ignore, whose shortcut the list shows; ``locks``: keeps the locks."""
        super().__init__(parent)
        if locks is not None:
            locks.setParent(self)
            locks.error.connect(self.error)
        self._document = document
        self._ignore = ignore
        self._filling = False
        self._keys = tuple("1234567890")
        self.hidden: frozenset[int] = frozenset()
        self._shown_at_first: dict[int, bool] = {}
        self.tree = QTreeWidget()
        self.tree.setColumnCount(4)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setIconSize(SIZE)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.setMinimumHeight(64)
        self.tree.setAccessibleName(self.tr("Classes"))
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(KEY, QHeaderView.ResizeMode.ResizeToContents)
        for column in (EYE, LOCK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, 34)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemClicked.connect(self._click)
        self.tree.itemDoubleClicked.connect(self._double_click)
        self.tree.itemChanged.connect(self._renamed)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.add_button = QPushButton(self.tr("Add"))
        self.add_button.setToolTip(self.tr("Add a class and type its name"))
        self.add_button.setAccessibleName(self.tr("Add a class"))
        self.remove_button = QPushButton(self.tr("Remove…"))
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(lambda: self.removal_wanted.emit(self._document.active_class))
        self.palettes = PaletteMenu(document, self)
        self.palettes.classes_wanted.connect(self.classes_edited)
        self.colors_button = QPushButton(self.tr("Colours"))
        self.colors_button.setToolTip(as_tip(self.tr("Gives all classes the colours of a palette")))
        self.colors_button.setMenu(self.palettes)
        self.colors_button.setMinimumWidth(LEAST_WIDTH)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.colors_button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.setSpacing(6)
        self.search = ClassSearch(self.tree)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addLayout(buttons)
        document.project_changed.connect(self._shown_at_first.clear)
        document.classes_changed.connect(self._fill)
        document.policy_changed.connect(self._draw_locks)
        document.active_class_changed.connect(self._mark_active)
        document.active_class_changed.connect(self._unhide)
        self._fill()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for about seven classes."""
        return QSize(280, 310)

    def choose_key(self, number: int) -> None:
        """Choose the class in row ``number`` (1 is the first)."""
        classes = self._document.classes
        if classes is not None and number <= len(classes):
            self._document.set_active_class(classes.classes[number - 1].index)

    def set_keys(self, keys: Sequence[str]) -> None:
        """Show these keys beside the classes, of the first row first; that of ignore is asked from its action."""
        self._keys = tuple(keys)
        self._fill()

    def choose_ignore(self) -> None:
        """Paint ignore from now on."""
        if self._document.classes is not None:
            self._document.set_active_class(IGNORE_INDEX)

    def _fill(self) -> None:
        classes = self._document.classes
        self._follow_defaults()
        self._filling = True
        self.tree.clear()
        if classes is not None:
            self.tree.addTopLevelItems([*(self._item(row, c) for row, c in enumerate(classes)), self._ignore_item()])
        self.search.offer(len(classes) if classes is not None else 0)
        self._filling = False
        self.add_button.setEnabled(classes is not None)
        self.colors_button.setEnabled(classes is not None)
        self._mark_active(self._document.active_class)

    def _follow_defaults(self) -> None:
        """Hide or show the classes that are new, or whose default is another now; leave the others as they are."""
        now = {c.index: c.shown_at_first for c in self._document.classes or ()}
        changed = {value for value, shown in now.items() if self._shown_at_first.get(value) is not shown}
        kept = self.hidden & (now.keys() | {IGNORE_INDEX}) - changed
        hidden = kept | {value for value in changed if not now[value]}
        self._shown_at_first.clear()
        self._shown_at_first.update(now)
        if hidden != self.hidden:
            self.hidden = frozenset(hidden)
            self.hidden_changed.emit(self.hidden)

    def _item(self, row: int, of: SegClass) -> QTreeWidgetItem:
        item = QTreeWidgetItem([of.name, self._keys[row] if row < len(self._keys) else "", ""])
        item.setData(NAME, Qt.ItemDataRole.UserRole, of.index)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setIcon(NAME, swatch(of.color, self.devicePixelRatioF()))
        item.setSizeHint(NAME, QSize(0, 32))
        item.setTextAlignment(KEY, Qt.AlignmentFlag.AlignCenter)
        item.setToolTip(NAME, as_tip(self.tr("{name} (value {value})").format(name=of.name, value=of.index)))
        item.setToolTip(EYE, self.tr("Show or hide this class on the canvas"))
        item.setToolTip(LOCK, self.tr("Lock or unlock this class: no tool paints a locked class or paints over it"))
        self._draw_eye(item, of.index)
        self._draw_lock(item, of.index)
        return item

    def _ignore_item(self) -> QTreeWidgetItem:
        key = self._ignore.shortcut().toString(QKeySequence.SequenceFormat.NativeText) if self._ignore else ""
        item = QTreeWidgetItem([self.tr("Ignore"), key, ""])
        item.setData(NAME, Qt.ItemDataRole.UserRole, IGNORE_INDEX)
        item.setIcon(NAME, ignore_swatch(self.devicePixelRatioF()))
        item.setSizeHint(NAME, QSize(0, 32))
        item.setTextAlignment(KEY, Qt.AlignmentFlag.AlignCenter)
        item.setToolTip(
            NAME, as_tip(self.tr("No class is wanted here: training and scores leave these pixels out (value 255)"))
        )
        item.setToolTip(EYE, self.tr("Show or hide the hatch on the canvas"))
        self._draw_eye(item, IGNORE_INDEX)
        return item

    def _draw_eye(self, item: QTreeWidgetItem, value: int) -> None:
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        item.setIcon(EYE, eye(value not in self.hidden, color, self.devicePixelRatioF()))
        words = self.tr("hidden") if value in self.hidden else self.tr("visible")
        item.setData(EYE, Qt.ItemDataRole.AccessibleTextRole, words)

    def _draw_lock(self, item: QTreeWidgetItem, value: int) -> None:
        locked = value in self._document.policy.locked
        color = self.palette().color(QPalette.ColorRole.Text if locked else QPalette.ColorRole.PlaceholderText)
        item.setIcon(LOCK, lock(locked, color, self.devicePixelRatioF()))
        item.setData(LOCK, Qt.ItemDataRole.AccessibleTextRole, self.tr("locked") if locked else self.tr("not locked"))

    def _draw_locks(self) -> None:
        self._filling = True
        for item in self._items():
            if _value(item) != IGNORE_INDEX:
                self._draw_lock(item, _value(item))
        self._filling = False

    def set_locked(self, value: int, locked: bool) -> None:
        """Protect the pixels of a class from the tools, or do not."""
        self._document.set_policy(self._document.policy.with_lock(value, locked))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the eyes in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tree"):
            self._filling = True
            for item in self._items():
                self._draw_eye(item, _value(item))
            self._draw_locks()

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _mark_active(self, value: int) -> None:
        classes = self._document.classes
        self.remove_button.setEnabled(classes is not None and len(classes) > 1 and value != IGNORE_INDEX)
        for item in self._items():
            if _value(item) == value:
                self.tree.setCurrentItem(item, NAME)

    def _choose(self, item: QTreeWidgetItem | None, _previous: QTreeWidgetItem | None) -> None:
        if item is not None and not self._filling and self.tree.currentColumn() not in (EYE, LOCK):
            self._document.set_active_class(_value(item))

    def _click(self, item: QTreeWidgetItem, column: int) -> None:
        if column == EYE:
            self.set_visible(_value(item), _value(item) in self.hidden)
        elif column == LOCK and _value(item) != IGNORE_INDEX:
            self.set_locked(_value(item), _value(item) not in self._document.policy.locked)
        if column in (EYE, LOCK):
            self._mark_active(self._document.active_class)  # hiding or locking a class does not choose it

    def _unhide(self, value: int) -> None:
        """Show the class that is painted from now on, unless it is hidden by default, as the background is."""
        if value in self.hidden and self._shown_at_first.get(value, True):
            self.set_visible(value, True)

    def set_visible(self, value: int, visible: bool) -> None:
        """Draw the pixels of a class, or do not."""
        self.hidden = self.hidden - {value} if visible else self.hidden | {value}
        self._filling = True
        for item in self._items():
            self._draw_eye(item, _value(item))
        self._filling = False
        self.hidden_changed.emit(self.hidden)

    def _double_click(self, item: QTreeWidgetItem, column: int) -> None:
        if column != NAME:
            return
        if _value(item) == IGNORE_INDEX:
            return
        pointer = self.tree.viewport().mapFromGlobal(self.cursor().pos())
        if pointer.x() - self.tree.visualItemRect(item).left() < self.tree.iconSize().width() + 6:
            self._recolor(item)
        else:
            self.tree.editItem(item, NAME)

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        classes = self._document.classes
        if self._filling or classes is None or column != NAME:
            return
        before, name = classes.find(_value(item)), item.text(NAME).strip()
        if before is not None and name != before.name:
            self._ask(lambda: classes.changed(before.index, name=name) if name else classes)

    def _ask(self, change: Callable[[], ClassSet]) -> None:
        try:
            wanted = change()
        except ClassesError as error:
            self.error.emit(error)
            self._fill()
            return
        if wanted == self._document.classes:
            self._fill()
        else:
            self.classes_edited.emit(wanted)

    def _add(self) -> None:
        """Add a class at the end of the list and let the person type its name there."""
        self.search.clear()
        names = {c.name.casefold() for c in self._document.classes or ()}
        free = (self.tr("class {n}").format(n=n) for n in count(len(names) + 1))
        before = self._document.active_class
        self.add(next(name for name in free if name.casefold() not in names))
        if self._document.active_class != before:
            self._mark_active(self._document.active_class)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            self.tree.edit(self.tree.currentIndex().siblingAtColumn(NAME))

    def add(self, name: str) -> None:
        """Ask for one more class."""
        classes = self._document.classes
        if classes is not None and name.strip():
            before = {c.index for c in classes}
            self._ask(lambda: classes.added(name))
            fresh = [c.index for c in self._document.classes or () if c.index not in before]
            if fresh:
                self._document.set_active_class(fresh[0])

    def _recolor(self, item: QTreeWidgetItem) -> None:
        classes, value = self._document.classes, _value(item)
        known = classes.find(value) if classes is not None else None
        if known is None:
            return
        dialog = QColorDialog(QColor(*known.color), self)
        dialog.setWindowTitle(as_title(self.tr("Colour of {name}").format(name=known.name)))
        dialog.colorSelected.connect(lambda color: self.recolor(value, color))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document.project_changed.connect(dialog.reject)
        dialog.show()  # not in the way: the class can be painted with meanwhile

    def recolor(self, value: int, color: QColor) -> None:
        """Ask for another colour of a class."""
        classes = self._document.classes
        if classes is not None:
            self._ask(lambda: classes.changed(value, color=(color.red(), color.green(), color.blue())))

    def show_at_first(self, value: int, shown: bool) -> None:
        """Ask for a class to be drawn, or not, when the project is opened; the canvas follows at once."""
        classes = self._document.classes
        if classes is not None:
            self._ask(lambda: classes.changed(value, shown=shown))

    def _menu(self, where: QPoint) -> None:
        item = self.tree.itemAt(where)
        if item is None:
            return
        value = _value(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_class = value != IGNORE_INDEX
        if is_class:
            menu.addAction(self.tr("Rename"), lambda: self.tree.editItem(item, NAME))
            menu.addAction(self.tr("Change colour…"), lambda: self._recolor(item))
        menu.addAction(self.tr("Show only this class"), lambda: self._show_only(value))
        menu.addAction(self.tr("Show all classes"), lambda: self._show_only(None))
        if not is_class:
            menu.popup(self.tree.viewport().mapToGlobal(where))
            return
        locked = menu.addAction(self.tr("Locked: no tool changes it"))
        locked.setCheckable(True)
        locked.setChecked(value in self._document.policy.locked)
        locked.triggered.connect(partial(self.set_locked, value))
        at_first = menu.addAction(self.tr("Hide when the project is opened"))
        at_first.setCheckable(True)
        at_first.setChecked(not self._shown_at_first.get(value, True))
        at_first.triggered.connect(lambda hide: self.show_at_first(value, not hide))
        menu.addSeparator()
        others = [each for each in self._document.classes or () if each.index != value]
        merge = menu.addMenu(self.tr("Merge into"))
        merge.setEnabled(bool(others) and self.remove_button.isEnabled())
        for each in others:
            merge.addAction(as_caption(each.name), partial(self.merge_wanted.emit, value, each.index))
        remove = menu.addAction(self.tr("Remove…"), lambda: self.removal_wanted.emit(value))
        remove.setEnabled(self.remove_button.isEnabled())
        menu.popup(self.tree.viewport().mapToGlobal(where))

    def _show_only(self, value: int | None) -> None:
        values = frozenset(_value(item) for item in self._items())
        self.hidden = frozenset() if value is None else values - {value}
        self.set_visible(-1, True)


def _value(item: QTreeWidgetItem) -> int:
    return int(item.data(NAME, Qt.ItemDataRole.UserRole))
