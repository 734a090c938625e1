"""StyleChange: another palette and style sheet for all widgets, in turns of the event loop that are short."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.appearance.turns import Turns, spread

STYLED, OWN_STYLE = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle


class StyleChange(QObject):
    """Takes the old style off all widgets, puts the new one on those that are seen, then on the others.

    Until those that are seen have it the windows are not painted, so that nobody sees half of a change. What is left of
    a change that another one overtakes is done by the other.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turns = Turns(self)
        self._held: list[QWidget] = []

    def begin(self, change: Callable[[], None]) -> None:
        """Change the style; ``change`` sets palette and style sheet of the application, and is called between."""
        self.turns.begin(self._steps(change))

    def _steps(self, change: Callable[[], None]) -> Iterator[None]:
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.updatesEnabled():
                window.setUpdatesEnabled(False)
                self._held.append(window)
        dressed = [each for each in QApplication.allWidgets() if each.testAttribute(STYLED)]
        yield from spread(filter(isValid, dressed), take_style)
        yield
        bare = [each for each in QApplication.allWidgets() if not each.testAttribute(OWN_STYLE)]
        try:
            yield from spread(filter(isValid, bare), hide_from_qt)
            yield
            change()
            yield
        finally:  # also when another change overtakes this one
            for widget in filter(isValid, bare):
                widget.setAttribute(OWN_STYLE, False)
        yield
        seen = [each for each in bare if isValid(each) and each.isVisible()]
        yield from spread(filter(isValid, seen), give_style)
        yield
        for window in filter(isValid, self._held):
            window.setUpdatesEnabled(True)
        self._held.clear()
        yield
        others = [each for each in bare if isValid(each) and not each.testAttribute(STYLED)]
        yield from spread(filter(isValid, others), give_style)
        yield
        yield from spread(filter(isValid, bare), forget_size)


def hide_from_qt(widget: QWidget) -> None:
    """Make it one of those that Qt leaves alone when the style changes: not styled yet, with a style of its own."""
    widget.setAttribute(STYLED, False)
    widget.setAttribute(OWN_STYLE)


def take_style(widget: QWidget) -> None:
    """Take its style off a widget."""
    widget.style().unpolish(widget)
    widget.setAttribute(STYLED, False)


def give_style(widget: QWidget) -> None:
    """Put the style of the application on a widget."""
    widget.style().polish(widget)
    widget.setAttribute(STYLED)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
    widget.update()


def forget_size(widget: QWidget) -> None:
    """Let the layout around a widget ask again how much room it needs.

    Widgets take on a style one by one, in no order. What one on a hidden page needed in between, Qt remembers until
    the page is seen; a window was made wider by it than it had to be, and its panels cut off.
    """
    widget.updateGeometry()
