"""SettingsDialog: the settings by page, each with its help; a change holds at once, or says that it needs a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import as_tip, plain_label
from app.appearance.turns import Turns
from app.settings.settings import TABLE, Settings
from app.window.settings_table import PAGES, SettingRow

NAME_HEIGHT = 30
"""Pixels of a row in the list of pages."""


class SettingsDialog(QDialog):
    """One page for each of `PAGES`. The window stays usable, and what it changes is shown here, too.

    A page is filled when it is first seen, the others one after the other behind it: all together would hold the UI
    thread for too long.
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(720, min(560, self.screen().availableGeometry().height() - 60))
        self._settings = settings
        self.controls: dict[str, QWidget] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        self._resets: dict[str, QToolButton] = {}
        self.names = QListWidget(self)
        self.names.setAccessibleName(self.tr("Pages of the settings"))
        self.names.setFixedWidth(170)
        self.names.setProperty("role", "roomy")
        self.pages = QStackedWidget(self)
        for title, _ in PAGES:
            name = QListWidgetItem(_text(title), self.names)
            name.setSizeHint(QSize(0, NAME_HEIGHT))
            self.pages.addWidget(_area())
        self.names.currentRowChanged.connect(self._choose)
        self.restart = plain_label(self.tr("Some changes hold once Maskwright is started again."))
        self.restart.setProperty("role", "muted")
        self.restart.hide()
        self.reset_all = QPushButton(self.tr("Reset all to the default"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        self.reset_all.clicked.connect(self._reset_all)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.names)
        body.addWidget(self.pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addLayout(body, 1)
        layout.addWidget(self.restart)
        layout.addWidget(buttons)
        settings.changed.connect(self._follow)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.names.setCurrentRow(0)
        self._turns = Turns(self)
        self._turns.begin(self._fill_all())

    def _choose(self, number: int) -> None:
        self._fill(number)
        self.pages.setCurrentIndex(number)

    def _fill_all(self) -> Iterator[None]:
        for number in range(len(PAGES)):
            if self._fill(number):
                yield

    def _fill(self, number: int) -> bool:
        """Fill a page, each part in its place before: Qt computes anew the styles of all that is moved."""
        rows, area = PAGES[number][1], self.pages.widget(number)
        assert isinstance(area, QScrollArea)
        if area.widget() is not None:
            return False
        page = QWidget()
        area.setWidget(page)
        grid = QGridLayout(page)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for n, row in enumerate(rows):
            label, help_ = plain_label(_text(row.text)), plain_label(_help(row))
            help_.setProperty("role", "muted")
            help_.setWordWrap(True)
            help_.setContentsMargins(0, 0, 0, 12)
            control = self._control(row)
            control.setAccessibleName(_text(row.text))
            control.setAccessibleDescription(_help(row))
            label.setBuddy(control)
            self.controls[row.key] = control
            reset = QToolButton()
            reset.setText("↺")
            reset.setAutoRaise(True)
            reset.setToolTip(as_tip(self.tr("Reset “{name}” to the default").format(name=_text(row.text))))
            reset.setAccessibleName(self.tr("Reset “{name}” to the default").format(name=_text(row.text)))
            reset.clicked.connect(partial(self._settings.reset, row.key))
            self._resets[row.key] = reset
            grid.addWidget(label, 2 * n, 0)
            grid.addWidget(control, 2 * n, 1)
            grid.addWidget(reset, 2 * n, 2)
            grid.addWidget(help_, 2 * n + 1, 0, 1, 3)
            self._show_value(row.key)
        grid.setRowStretch(2 * len(rows), 1)
        before: QWidget = self.names  # else Tab would come to the page after the buttons below it
        for row in rows:
            for each in (self.controls[row.key], self._resets[row.key]):
                QWidget.setTabOrder(before, each)
                before = each
        self._look_at_defaults()
        return True

    def _control(self, row: SettingRow) -> QWidget:
        """Return the control of a setting, of the kind that its default is of."""
        of = TABLE[row.key]
        if of.choices:
            box = QComboBox()
            for choice in of.choices:
                box.addItem(_text(row.names[choice]), choice)
            box.currentIndexChanged.connect(lambda _: self._set(row, box.currentData()))
            self._show[row.key] = lambda value: box.setCurrentIndex(box.findData(value))
            return box
        if isinstance(of.default, bool):
            check = QCheckBox()
            check.toggled.connect(lambda on: self._set(row, on))
            self._show[row.key] = check.setChecked
            return check
        low, high = of.low or 0.0, of.high if of.high is not None else 1e9
        if isinstance(of.default, int):
            whole = QSpinBox()
            whole.setRange(round(low * row.scale), round(high * row.scale))
            whole.setSuffix(_text(row.unit))
            whole.valueChanged.connect(lambda value: self._set(row, round(value / row.scale)))
            self._show[row.key] = lambda value: whole.setValue(round(value * row.scale))
            return whole
        number = QDoubleSpinBox()
        number.setDecimals(1)
        number.setRange(low * row.scale, high * row.scale)
        number.setSuffix(_text(row.unit))
        number.valueChanged.connect(lambda value: self._set(row, value / row.scale))
        self._show[row.key] = lambda value: number.setValue(value * row.scale)
        return number

    def _set(self, row: SettingRow, value: Any) -> None:
        self._settings[row.key] = value
        if row.restart:
            self.restart.show()

    def _follow(self, key: str) -> None:
        if key in self.controls:
            self._show_value(key)
        self._look_at_defaults()

    def _show_value(self, key: str) -> None:
        with QSignalBlocker(self.controls[key]):
            self._show[key](self._settings[key])

    def _look_at_defaults(self) -> None:
        for key, reset in self._resets.items():
            reset.setEnabled(self._is_changed(key))
        self.reset_all.setEnabled(any(self._is_changed(row.key) for _, rows in PAGES for row in rows))

    def _is_changed(self, key: str) -> bool:
        return bool(self._settings[key] != TABLE[key].default)

    def _reset_all(self) -> None:
        for _, rows in PAGES:
            for row in rows:
                if row.restart and self._is_changed(row.key):
                    self.restart.show()
                self._settings.reset(row.key)


def _area() -> QScrollArea:
    """Return the place of a page."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _text(source: str) -> str:
    return QCoreApplication.translate("Settings", source)


def _help(row: SettingRow) -> str:
    if not row.restart:
        return _text(row.help)
    return f"{_text(row.help)} {QCoreApplication.translate('Settings', 'Holds after a restart.')}"
