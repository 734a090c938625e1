"""FillOptions: in the toolbar, what Fill goes by, and how similar colours must be for it and for the magic wand."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import plain_label
from app.canvas.pen_options import MOST_TOLERANCE, Option, ToolOptions


class FillOptions(QWidget):
    """Shows what the tool in hand needs of it."""

    def __init__(self, options: ToolOptions, to_canvas: QAction, parent: QWidget | None = None) -> None:
        """``to_canvas``: gives the focus back to the canvas, after Enter."""
        super().__init__(parent)
        self._options = options
        self.by = QComboBox()
        self.by.setAccessibleName(self.tr("What Fill goes by"))
        self.by.setToolTip(self.tr("Fill one label's region, or a region of similar colours in the image"))
        self.by.addItem(self.tr("One label"), False)
        self.by.addItem(self.tr("Similar colours"), True)
        self.label = plain_label(self.tr("Tolerance"))
        self.label.setProperty("role", "muted")
        self.tolerance = QSpinBox()
        self.tolerance.setRange(0, MOST_TOLERANCE)
        self.tolerance.setAccessibleName(self.tr("Tolerance"))
        self.tolerance.setToolTip(
            self.tr("How far each of red, green and blue may be from the colour that is clicked, 0-255")
        )
        LetterGuard(self.tolerance)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        for widget in (self.by, self.label, self.tolerance):
            row.addWidget(widget)
        self.by.currentIndexChanged.connect(lambda _: options.set_fill(self.by.currentData()))
        self.tolerance.valueChanged.connect(options.set_tolerance)
        self.tolerance.lineEdit().returnPressed.connect(to_canvas.trigger)  # the next digit chooses a class
        self.follow()

    def follow(self) -> None:
        """Show what the options say."""
        options = self._options
        with QSignalBlocker(self.by), QSignalBlocker(self.tolerance):
            self.by.setCurrentIndex(self.by.findData(options.by_colour))
            self.tolerance.setValue(options.tolerance)
        self.by.setVisible(Option.FILL in options.uses)
        by_colour = options.by_colour or Option.FILL not in options.uses
        for widget in (self.label, self.tolerance):
            widget.setVisible(by_colour and Option.TOLERANCE in options.uses)
