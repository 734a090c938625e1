"""A screen reader can name every control of the window and of its dialogs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from app.window.history_dialog import HistoryDialog
from app.window.settings_dialog import SettingsDialog
from app.window.settings_table import PAGES
from app.window.shortcut_editor import ShortcutEditor
from app.window.shortcut_sheet import ShortcutSheet
from app.worklist.statistics_dialog import StatisticsDialog

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

KINDS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)
SIGNS = "✕»↺▾●■…"


def is_inner(widget: QWidget) -> bool:
    """Whether Qt made it as a part of another control, which speaks for it."""
    parent = widget.parent()
    name = widget.objectName()
    return (
        isinstance(widget, QScrollBar)
        or name.startswith("qt_")
        or isinstance(parent, QAbstractSpinBox | QComboBox)
        or (isinstance(parent, QWidget) and parent.metaObject().className().startswith("QComboBoxPrivate"))
        or widget.metaObject().className()
        in ("QTableCornerButton", "QHeaderView", "CloseButton", "QLineEditIconButton")
    )


def unnamed(root: QWidget) -> list[str]:
    """Return the controls below ``root`` that have neither a name nor a text nor a label of their own."""
    buddies = {label.buddy() for label in root.findChildren(QLabel) if label.buddy() is not None}
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, KINDS) or is_inner(widget) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text.strip(SIGNS + " ") or widget in buddies):
            path, at = [], widget
            while at is not None:
                path.append(type(at).__name__)
                at = at.parentWidget()
            found.append(f"{' < '.join(path[:5])}: {text!r} {widget.toolTip()!r}")
    return found


def test_every_control_of_the_window_has_a_name(opened):
    assert "\n".join(unnamed(opened)) == ""
    assert opened.canvas.accessibleName()


def test_every_control_of_its_dialogs_has_a_name(qtbot, opened):
    settings = SettingsDialog(opened.settings)
    qtbot.waitUntil(lambda: len(settings.controls) == sum(len(rows) for _, rows in PAGES))
    for dialog in (
        settings,
        ShortcutEditor(opened.actions_),
        ShortcutSheet(opened.actions_),
        HistoryDialog(opened.session, opened.editing.history.versioning),
        StatisticsDialog(opened.session),
    ):
        qtbot.addWidget(dialog)
        assert unnamed(dialog) == []


def test_a_control_without_a_name_is_found(qtbot):
    root = QWidget()
    qtbot.addWidget(root)
    QLineEdit(root)
    QComboBox(root).setAccessibleName("States")
    assert len(unnamed(root)) == 1
