"""Plain text: names, paths and messages from outside are shown letter by letter.

Qt takes text with tags for HTML, and HTML may name files to read; ``&`` marks the key of a button, ``[*]`` the state of
a window. A name may hold any of these.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QGridLayout, QLabel, QMessageBox, QSizePolicy, QWidget


def plain_label(text: str = "") -> QLabel:
    """Return a label that never reads its text as HTML."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    return label


def plain_line(text: str = "", elide: GuiQt.TextElideMode = GuiQt.TextElideMode.ElideRight) -> QLabel:
    """Return such a label of one line; where there is no room for it, its end, or its middle, becomes "…"."""
    line = _Line()
    line.elide = elide
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    line.setText(text)
    return line


class _Line(QLabel):
    """A label that elides what it draws; `text` is the whole."""

    elide = Qt.TextElideMode.ElideRight

    @property
    def shown(self) -> str:
        """The text that it draws."""
        return self.fontMetrics().elidedText(self.text(), self.elide, self.contentsRect().width())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw as much of the text as there is room for."""
        QPainter(self).drawText(self.contentsRect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, self.shown)


def plain_question(parent: QWidget) -> QMessageBox:
    """Return a message box that never reads its texts as HTML."""
    box = _Question(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


class _Question(QMessageBox):
    """A message box whose text begins where its buttons may begin: Qt indents it as if an icon stood before it."""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Take the indentation away."""
        super().showEvent(event)
        grid = self.layout()
        if not isinstance(grid, QGridLayout) or not self.iconPixmap().isNull():
            return
        grid.setContentsMargins(18, 16, 18, 14)
        grid.setHorizontalSpacing(0)
        grid.setColumnStretch(1, 1)
        for n in range(grid.count()):
            item = grid.itemAt(n)
            space = item.spacerItem() if item is not None else None
            if space is not None and space.sizeHint().height() <= 1:  # across; the taller ones are below the text
                space.changeSize(0, 0)
        grid.invalidate()
        grid.activate()
        self.adjustSize()


def as_tip(text: str) -> str:
    """Return what a tooltip shows as ``text``; Qt decides by the text itself whether it is HTML."""
    if not GuiQt.mightBeRichText(text):
        return text
    from html import escape  # seldom, and not before the window is seen

    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'


def as_caption(text: str) -> str:
    """Return what a button, a menu or a tab shows as ``text``."""
    return text.replace("&", "&&")


def as_title(text: str, marked: bool = False) -> str:
    """Return what the title of a window shows as ``text``; ``marked``: with a mark while the window is modified."""
    return text.replace("[*]", "[*][*]") + ("[*]" if marked else "")
