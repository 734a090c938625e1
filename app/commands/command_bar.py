"""CommandBar: asks for what a command needs, in a small frame over the canvas, and over what is compared with it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import as_tip, plain_label
from app.commands.command_table import CommandRow
from app.commands.level_choice import LevelChoice
from segcore.editing.target import Where
from segcore.labels.classes import IGNORE_INDEX, ClassSet

EDGE = 12
"""View pixels between it and the upper edge of the canvas."""
LEAST = 360
"""View pixels: so wide at least, so that it does not change its size with every number."""
LONGEST_NAME = 18
"""Characters of a class name that are shown."""


class CommandBar(QFrame):
    """Lies over its parent, in the middle above; hidden until `ask`."""

    changed = Signal()
    """The person chose something else."""
    applied = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._under = parent
        self._numbers: dict[str, int] = {}  # chosen last, by name of the command
        self._name = ""
        self.title, self.says = plain_label(), plain_label()
        self.title.setProperty("role", "heading")
        self.says.setProperty("role", "muted")
        self.old, self.new, self.where = QComboBox(), QComboBox(), QComboBox()
        self._arrow = plain_label("→")
        self.old.setAccessibleName(self.tr("Class to replace"))
        self.new.setAccessibleName(self.tr("New class"))
        self.where.setAccessibleName(self.tr("Where"))
        self._number_text = plain_label()
        self.number, self.slider = QSpinBox(), QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("Number"))
        self.slider.setMinimumWidth(100)
        self.slider.valueChanged.connect(self.number.setValue)
        self.number.valueChanged.connect(self.slider.setValue)
        self.number.setAccessibleName(self.tr("Number"))
        LetterGuard(self.number)
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setProperty("primary", True)
        self.apply_button.setToolTip(self.tr("Apply  (Enter)"))
        self.apply_button.clicked.connect(self.applied)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setProperty("role", "cross")
        self.close_button.setToolTip(self.tr("Cancel  (Esc)"))
        self.close_button.setAccessibleName(self.tr("Cancel"))
        self.close_button.clicked.connect(self.cancelled)
        self.levels = LevelChoice()
        self.levels.changed.connect(self.changed)
        for box in (self.old, self.new, self.where):
            box.currentIndexChanged.connect(self.changed)
        self.number.valueChanged.connect(self._number_changed)
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def ask(self, row: CommandRow, title: str, classes: ClassSet, active: int) -> None:
        """Show what this command asks for."""
        blockers = [QSignalBlocker(each) for each in (self.old, self.new, self.where, self.number, self.slider)]
        self._name = row.name
        self.title.setText(title)
        self.show_classes(classes, active)
        self.old.setVisible(row.old)
        self._arrow.setVisible(row.old)
        if row.old:  # names may be long: two of them have a line of their own
            self._pair.addWidget(self.new, 1)
        else:
            self._below.insertWidget(0, self.new)
        self.new.setVisible(row.new)
        self.where.clear()
        for where in row.where:
            self.where.addItem("", where)
        self.where.setVisible(len(row.where) > 1)
        self.show_active(classes, active)
        if row.old and self.old.currentData() == active:
            self.old.setCurrentIndex(1 if self.old.currentIndex() == 0 else 0)
        self._number_text.setVisible(row.number is not None)
        self.number.setVisible(row.number is not None)
        self.slider.setVisible(row.number is not None and row.number.slides)
        if row.number is not None:
            self._number_text.setText(QCoreApplication.translate("Commands", row.number.text))
            self.number.setAccessibleName(self._number_text.text())
            self.number.setRange(row.number.least, row.number.most)
            nothing = QCoreApplication.translate("Commands", row.number.nothing) if row.number.nothing else ""
            self.number.setSpecialValueText(nothing)
            self.number.setSuffix(row.number.unit)
            self.slider.setAccessibleName(self._number_text.text())
            self.slider.setRange(row.number.least, row.number.most)
            self.slider.setValue(self._numbers.get(row.name, row.number.first))
            self._numbers.setdefault(row.name, row.number.first)
            self.number.setValue(self._numbers[row.name])
        del blockers
        self.levels.chosen = None
        self.levels.setVisible(row.levels)
        self.say("", False)
        self.show()
        self.raise_()
        (self.number if row.number is not None else self.apply_button).setFocus(Qt.FocusReason.PopupFocusReason)
        self._place()

    def show_classes(self, classes: ClassSet, active: int) -> None:
        """Offer these classes; what is chosen stays where it is still there."""
        for box, first in ((self.old, None), (self.new, active)):
            chosen = box.currentData() if self.isVisible() else first
            with QSignalBlocker(box):
                box.clear()
                for each in classes:
                    box.addItem(_short(each.name), each.index)
                    box.setItemData(box.count() - 1, as_tip(each.name), Qt.ItemDataRole.ToolTipRole)
                box.addItem(self.tr("unlabelled") if box is self.old else self.tr("ignore"), IGNORE_INDEX)
                box.setCurrentIndex(max(0, box.findData(chosen)))

    def show_active(self, classes: ClassSet, active: int) -> None:
        """Name the class that is meant by "class"."""
        found, ignore = classes.find(active), self.tr("Ignored pixels")
        name = ignore if found is None else self.tr("Class “{name}”").format(name=_short(found.name))
        texts = {
            Where.IMAGE: self.tr("Whole image"),
            Where.CLASS: name,
            Where.PROJECT_CLASS: self.tr("{what} in all images").format(what=name),
            Where.PIECE: self.tr("Piece: click it"),
            Where.PROJECT: self.tr("All images"),
        }
        for n in range(self.where.count()):
            self.where.setItemText(n, texts[self.where.itemData(n)])
        self._place()

    @property
    def chosen(self) -> Where:
        """Which pixels the command is to be about."""
        where: Where = self.where.currentData()
        return where

    def say(self, text: str, ready: bool) -> None:
        """Say what the command would do; ``ready``: it can be applied."""
        self.says.setText(text)
        self.apply_button.setEnabled(ready)
        self._place()

    @property
    def has_focus(self) -> bool:
        """Whether what is typed goes to it."""
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter applies, Esc cancels."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay in the middle above."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(10)
        above.addWidget(self.title)
        above.addWidget(self.says, 1)
        above.addWidget(self.close_button)
        self._pair, self._below = QHBoxLayout(), QHBoxLayout()
        for each in (self._pair, self._below):
            each.setSpacing(6)
        self._pair.addWidget(self.old, 1)
        self._pair.addWidget(self._arrow)
        below = self._below
        for widget in (self.where, self._number_text, self.slider, self.number):
            below.addWidget(widget)
        below.addStretch(1)
        below.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 10)
        layout.setSpacing(6)
        layout.addLayout(above)
        layout.addLayout(self._pair)
        layout.addLayout(below)
        layout.addWidget(self.levels)

    def _number_changed(self, number: int) -> None:
        if number != self._numbers.get(self._name):  # Enter tells the number again
            self._numbers[self._name] = number
            self.changed.emit()

    def _place(self) -> None:
        if self.isHidden():
            return
        layout = self.layout()
        if layout is not None:
            layout.activate()
        size = self.sizeHint()
        width = min(max(LEAST, size.width()), self._under.width() - 2 * EDGE)
        self.setGeometry((self._under.width() - width) // 2, EDGE, width, size.height())


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
