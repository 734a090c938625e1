"""ShortcutSheet: every shortcut, from the table of actions."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label


class ShortcutSheet(QDialog):
    """Sections of (title, actions), in two columns."""

    def __init__(
        self, sections: list[tuple[str, list[QAction]]], settings_file: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(820, min(840, self.screen().availableGeometry().height() - 60))
        page = QWidget()
        side_by_side = QHBoxLayout(page)
        side_by_side.setSpacing(40)
        stacks = [QVBoxLayout(), QVBoxLayout()]
        for stack in stacks:
            side_by_side.addLayout(stack)
        extra = [
            (self.tr("Hold Space, or the middle button"), self.tr("Move the image")),
            (self.tr("Ctrl+wheel"), self.tr("Zoom at the pointer")),
            (self.tr("Ctrl, or the right button"), self.tr("Erase with the tool in hand")),
            (self.tr("Shift+drag"), self.tr("Straight line")),
            (self.tr("Shift+click"), self.tr("Straight line from where the last stroke ended")),
            (self.tr("Alt+click"), self.tr("Pick the class under the pointer")),
            (self.tr("Alt+wheel, Alt+right drag"), self.tr("Size of the pen")),
            (self.tr("Hold Tab"), self.tr("Image alone")),
            (self.tr("Enter / Esc"), self.tr("Paint or drop a polygon")),
            ("1 – 9, 0", self.tr("Choose a class")),
        ]
        blocks = [(title, [_row(action) for action in actions]) for title, actions in sections]
        blocks = [(title, [row for row in rows if row[0]]) for title, rows in blocks]
        blocks.append((self.tr("On the canvas"), extra))
        columns = [0, 0]
        for title, rows in blocks:
            if not rows:
                continue
            column = columns.index(min(columns))
            columns[column] += len(rows) + 2
            label = plain_label(_html(title, rows))
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            stacks[column].addWidget(label)
        for stack in stacks:
            stack.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        note = plain_label(self.tr("To use other keys, edit “shortcuts” in {path}").format(path=settings_file))
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addWidget(area, 1)
        if settings_file:
            layout.addWidget(note)
        layout.addWidget(buttons)


def _row(action: QAction) -> tuple[str, str]:
    keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
    return keys, action.text().replace("&", "").rstrip("…")


def _html(title: str, rows: list[tuple[str, str]]) -> str:
    body = "".join(
        f'<tr><td style="padding: 3px 18px 3px 0"><b>{escape(keys)}</b></td>'
        f'<td style="padding: 3px 0">{escape(text)}</td></tr>'
        for keys, text in rows
    )
    return f"<h3>{escape(title)}</h3><table>{body}</table>"
