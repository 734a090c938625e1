"""ShortcutSheet: every shortcut and what the mouse does, to look things up while working."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.window.actions import Actions
from app.window.key_map import shown

COLUMNS = 2
Block = tuple[str, list[tuple[str, str]]]
"""A title, and (keys, what they do)."""


class ShortcutSheet(QDialog):
    """Blocks in two columns. The window stays usable, and a shortcut that changes is shown at once."""

    edit_wanted = Signal()
    """The person wants other keys."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(low_enough(QSize(840, 840), self))
        self._actions = actions
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Type what you look for"))
        self.search.setAccessibleName(self.tr("Filter the shortcuts"))
        self.search.textChanged.connect(self._fill)
        self.page = QTextBrowser()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setAccessibleName(self.tr("Shortcuts"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        change = buttons.addButton(self.tr("Change shortcuts…"), QDialogButtonBox.ButtonRole.ActionRole)
        change.setAutoDefault(False)
        change.clicked.connect(self.edit_wanted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addWidget(self.search)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)
        actions.keys_changed.connect(self._fill)
        self._fill()

    def blocks(self) -> list[Block]:
        """Return what is shown: each menu's actions that have keys, then the mouse; filtered by what is typed."""
        keys = self._actions.keys
        found: list[Block] = [
            (title, [(shown(keys[name]), self._actions.name_of(name)) for name in names if keys[name]])
            for title, names in self._actions.sections()
        ]
        found.append((self.tr("Image and mouse"), self._mouse()))
        words = self.search.text().casefold().split()
        kept = [(title, [row for row in rows if _has(words, title, *row)]) for title, rows in found]
        return [(title, rows) for title, rows in kept if rows]

    def _mouse(self) -> list[tuple[str, str]]:
        first, last = self._actions.keys["class_1"], self._actions.keys["class_10"]
        return [
            (f"{shown(first[:1])} … {shown(last[:1])}", self.tr("Choose class 1 to 10")),
            (self.tr("Hold Space, or middle button"), self.tr("Move the image")),
            (self.tr("Ctrl + wheel"), self.tr("Zoom at the pointer")),
            (self.tr("Wheel, Shift + wheel"), self.tr("Scroll down and across")),
            (self.tr("Ctrl, or right button"), self.tr("Erase with the tool in hand")),
            (self.tr("Shift + drag"), self.tr("Straight line")),
            (self.tr("Shift + click"), self.tr("Straight line from where the last stroke ended")),
            (self.tr("Alt + click"), self.tr("Pick the class under the pointer")),
            (self.tr("Alt + wheel, Alt + right drag"), self.tr("Size of the pen")),
            (self.tr("Hold Tab"), self.tr("Image alone")),
            (self.tr("Enter"), self.tr("Paint a polygon")),
            (self.tr("Backspace"), self.tr("Take the last corner or change back")),
            (self.tr("Esc"), self.tr("Discard what is being drawn")),
        ]

    def _fill(self) -> None:
        texts, lengths = [""] * COLUMNS, [0] * COLUMNS
        for title, rows in self.blocks():
            column = lengths.index(min(lengths))
            lengths[column] += len(rows) + 2
            texts[column] += _html(title, rows)
        if not any(texts):
            texts[0] = f"<p>{escape(self.tr('No shortcut has such a name or such keys.'))}</p>"
        cells = "".join(f'<td width="{100 // COLUMNS}%">{text}</td>' for text in texts)
        self.page.setHtml(f'<table width="100%"><tr>{cells}</tr></table>')


def _has(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _html(title: str, rows: list[tuple[str, str]]) -> str:
    body = "".join(
        f'<tr><td style="padding: 3px 18px 3px 0"><b>{escape(keys)}</b></td>'
        f'<td style="padding: 3px 0">{escape(text)}</td></tr>'
        for keys, text in rows
    )
    return f"<h3>{escape(title)}</h3><table>{body}</table>"
