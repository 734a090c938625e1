"""ToolPalette: a button for each tool, at the left edge of the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

ICON, SIDE = 20, 32
"""Pixels: an icon, and a button around it."""
STEP = SIDE + 2
MARGIN = 5
"""Pixels around all buttons."""
GAP = 9
"""Pixels between two groups; a line lies in the middle."""
MOST_COLUMNS = 3


class ToolPalette(QWidget):
    """Buttons in groups, from top to bottom: in one column, or in two or three when the window is low.

    A window too low for three shows the first ones; the menu and the keys have them all.

    Parameters
    ----------
    groups : Sequence[Sequence[QAction]]
        The actions of the tools; a line stands between two groups.
    """

    def __init__(self, groups: Sequence[Sequence[QAction]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Tools"))
        self._groups = [[self._button(action) for action in group] for group in groups if group]
        self._lines = [self._line() for _ in self._groups[1:]]
        self._arrange()

    @property
    def columns(self) -> int:
        """How many columns the height asks for."""
        fitting = (n for n in range(1, MOST_COLUMNS) if self._height_of(n) <= self.height())
        return next(fitting, MOST_COLUMNS)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Place the buttons anew."""
        super().resizeEvent(event)
        self._arrange()

    def _height_of(self, columns: int) -> int:
        rows = sum(-(-len(group) // columns) for group in self._groups)
        return 2 * MARGIN + rows * STEP - (STEP - SIDE) + (len(self._groups) - 1) * GAP

    def _arrange(self) -> None:
        columns, y = self.columns, MARGIN
        self.setFixedWidth(2 * MARGIN + columns * STEP - (STEP - SIDE))
        for n, group in enumerate(self._groups):
            if n:
                self._lines[n - 1].setGeometry(MARGIN + 3, y + GAP // 2 - 1, self.width() - 2 * MARGIN - 6, 1)
                y += GAP
            for place, button in enumerate(group):
                row, column = divmod(place, columns)
                button.setGeometry(MARGIN + column * STEP, y + row * STEP, SIDE, SIDE)
            y += -(-len(group) // columns) * STEP

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON, ICON))
        return button

    def _line(self) -> QFrame:
        line = QFrame(self)
        line.setProperty("role", "line")
        return line
