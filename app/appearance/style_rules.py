"""Style rules: how each kind of widget looks, in the colours of a theme."""

from __future__ import annotations

from string import Template

RULES = Template("""
* { outline: none; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QToolBar { border: none; padding: 5px 8px; spacing: 3px; background: $window; }
QToolBar#toolBar { border-bottom: 1px solid $border; }
QToolBar::separator { background: $border; width: 1px; margin: 5px 6px; }

QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 5px; }
QToolButton:hover { background: $raised; }
QToolButton:checked { background: $accent_soft; border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton:checked:disabled { background: $raised; border-color: $border; }
QToolButton:focus { border: 2px solid $text; padding: 4px; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="picture"] { background: $surface; border: 1px solid $border; border-radius: 10px;
  padding: 8px 8px 9px; }
QToolButton[role="picture"]:hover { border-color: $accent; background: $raised; }
QToolButton[role="picture"]:focus { border: 2px solid $text; padding: 7px 7px 8px; }
QToolButton[role="cross"] { padding: 2px; min-width: 18px; min-height: 18px; }
QToolButton[role="cross"]:hover { background: $raised; border-color: $border; }
QToolButton[role="cross"]:focus { padding: 1px; }

QPushButton { border: 1px solid $border; border-radius: 6px; padding: 6px 14px; background: $raised; }
QPushButton:hover { border-color: $accent; }
QPushButton:pressed { background: $accent_soft; }
QPushButton:disabled { background: $window; border-color: $border; color: $faint; }
QPushButton[primary="true"], QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[primary="true"]:disabled, QPushButton:default:disabled { background: $window; color: $faint;
  border-color: $border; }
QPushButton[primary="true"]:hover { border-color: $text; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; color: $accent; padding: 4px 6px; }
QPushButton[flat="true"]:hover { border-color: $accent; }
QPushButton[flat="true"]:disabled { background: transparent; border-color: transparent; color: $faint; }
QPushButton:focus, QPushButton[primary="true"]:focus, QPushButton:default:focus { border: 2px solid $text;
  padding: 5px 13px; }
QPushButton[flat="true"]:focus { border: 2px solid $text; padding: 3px 5px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QLineEdit, QPlainTextEdit, QTextEdit { border: 1px solid $border; border-radius: 6px; padding: 4px 8px;
  background: $surface; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $text; padding: 3px 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled { background: $window; color: $faint; }

QAbstractSpinBox { border: 1px solid $border; border-radius: 6px; padding: 3px 2px; min-height: 20px;
  qproperty-alignment: AlignCenter;
  background: $surface; selection-background-color: $accent; selection-color: $on_accent; }
QAbstractSpinBox:focus { border: 2px solid $text; padding: 2px 1px; }
QAbstractSpinBox:disabled { background: $window; color: $faint; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 18px; border: none;
  border-radius: 4px; background: transparent; margin: 2px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-bottom: 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-top: 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $raised; }
QAbstractSpinBox::up-arrow { image: url("$chevron_up"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$chevron_down"); width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: url("$chevron_up_off"); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: url("$chevron_down_off"); }

QComboBox { border: 1px solid $border; border-radius: 6px; padding: 3px 1px 3px 8px; min-height: 20px;
  background: $raised; combobox-popup: 0; }
QComboBox:hover { border-color: $accent; }
QComboBox:focus { border: 2px solid $text; padding: 2px 0 2px 7px; }
QComboBox:disabled { background: $window; color: $faint; border-color: $border; }
QComboBox::drop-down { border: none; width: 18px; }
QComboBox::down-arrow { image: url("$chevron_down"); width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: url("$chevron_down_off"); }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { border: 1px solid $muted; background: $surface;
  padding: 3px; selection-background-color: $accent; selection-color: $on_accent; }

QCheckBox { border: 1px solid transparent; border-radius: 5px; padding: 2px; spacing: 7px; }
QCheckBox:focus { border: 2px solid $text; padding: 1px; }
QCheckBox:disabled { color: $faint; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px; border: 1px solid $muted;
  border-radius: 4px; background: $surface; }
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent; border-color: $accent;
  image: url("$check"); }
QCheckBox::indicator:disabled, QAbstractItemView::indicator:disabled { border-color: $border; background: $window; }
QCheckBox::indicator:checked:disabled, QAbstractItemView::indicator:checked:disabled { image: url("$check_off"); }

QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -6px 0; border: 2px solid $window; border-radius: 8px;
  background: $accent; }
QSlider::handle:horizontal:hover { background: $text; }
QSlider::handle:horizontal:focus { border-color: $text; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $muted; }

QListView, QTableView, QTreeView { border: 1px solid transparent; background: $surface; }
QListView:focus, QTableView:focus, QTreeView:focus { border-color: $text; }
QTreeView::item { border: none; padding: 2px 0; }
QTreeView[role="roomy"]::item { padding: 4px 3px; }
QListView[role="roomy"]::item { padding: 6px 8px; }
QListView[role="roomy"]::item:selected { background: $accent_soft; color: $text; }
QTreeView::item:selected { background: $accent_soft; color: $text; }
QHeaderView::section { background: $window; border: none; border-bottom: 1px solid $border; padding: 4px 8px; }

QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $surface; border: 1px solid $muted; padding: 5px; }
QMenu::item { padding: 4px 27px 4px 9px; border: 1px solid transparent; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; border-color: $accent; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }

QStatusBar { border-top: 1px solid $border; background: $window; }
QStatusBar::item { border: none; }
QProgressBar { border: none; border-radius: 3px; background: $raised; text-align: center; }
QProgressBar::chunk { border-radius: 3px; background: $accent; }
QTabBar::tab { padding: 8px 10px 7px 10px; color: $muted; border: none; border-bottom: 2px solid transparent;
  background: transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected:focus { border: 2px solid $text; border-radius: 5px; padding: 6px 8px 7px 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $muted; padding: 4px 6px; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: transparent; }
QSplitter::handle { background: $border; }

QFrame[role="line"] { background: $border; }
QLabel[role="note"] { background: $window; color: $text; border: 1px solid $border; border-radius: 8px;
  padding: 8px 12px; }
QFrame[role="palette"] { background: $window; border: 1px solid $muted; border-radius: 10px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="title"] { font-size: 18pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="error"] { color: $danger; }
QFrame[role="hint"] { background: $accent_soft; border-radius: 8px; }
QFrame[role="banner"] { background: $danger_soft; border: 1px solid $danger; border-radius: 8px; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
""")
