"""PaletteMenu: gives all classes the colours of a palette, and takes that back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.appearance.plain_text import as_caption, as_tip
from app.document.document import Document
from segcore.errors import ClassesError
from segcore.labels.classes import ClassSet
from segcore.labels.named_palettes import PALETTES, NamedPalette, in_palette
from segcore.labels.palette import Color

PICTURE = QSize(16, 16)
"""View pixels; a menu draws no larger icons."""
SOME = 4
"""Colours in it."""


class PaletteMenu(QMenu):
    """A row for each palette; the last row undoes the last choice, as long as no class was added or removed since."""

    classes_wanted = Signal(ClassSet)
    """The class list in other colours."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._before: dict[int, Color] | None = None
        self.setToolTipsVisible(True)
        for palette in PALETTES:
            action = self.addAction(as_caption(palette.name))
            action.setToolTip(as_tip(palette.source))
            action.setIcon(stripes(palette, self.devicePixelRatioF()))
            action.triggered.connect(lambda _=False, chosen=palette: self.choose(chosen))
        self.addSeparator()
        self.undo_action: QAction = self.addAction(self.tr("Undo the change of colours"), self.undo)
        self.undo_action.setEnabled(False)
        document.project_changed.connect(self._forget)
        document.classes_changed.connect(self._check)

    def choose(self, palette: NamedPalette) -> None:
        """Ask for the classes in these colours."""
        classes = self._document.classes
        if classes is None or (wanted := in_palette(classes, palette)) == classes:
            return
        self._before = {c.index: c.color for c in classes}
        self.classes_wanted.emit(wanted)
        self._check()

    def undo(self) -> None:
        """Ask for the colours before the last choice."""
        classes, before = self._document.classes, self._before
        if classes is None or before is None:
            return
        self._before = None
        try:
            for each in classes:
                classes = classes.changed(each.index, color=before.get(each.index, each.color))
        except ClassesError:  # the list changed meanwhile
            return
        self.classes_wanted.emit(classes)
        self._check()

    def _check(self) -> None:
        values = {c.index for c in self._document.classes or ()}
        if self._before is not None and values != set(self._before):
            self._before = None
        self.undo_action.setEnabled(self._before is not None)

    def _forget(self) -> None:
        self._before = None
        self._check()


def stripes(palette: NamedPalette, ratio: float = 1.0) -> QIcon:
    """Return the first colours of a palette side by side."""
    picture = QPixmap(PICTURE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    wide = PICTURE.width() / SOME
    for place, color in enumerate(palette.colors[:SOME]):
        painter.fillRect(QRectF(place * wide, 0, wide, PICTURE.height()), QColor(*color))
    painter.end()
    return QIcon(picture)
