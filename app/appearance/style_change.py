"""StyleChange: another palette and style sheet for all widgets, in turns of the event loop that are short."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.appearance.turns import Turns

A_TURN = 20
"""Widgets of one turn, at most 5 ms; 670 at once hold the window up for 0.15 s."""
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
        for widgets in parts([each for each in QApplication.allWidgets() if each.testAttribute(STYLED)]):
            for widget in filter(isValid, widgets):
                widget.style().unpolish(widget)
                widget.setAttribute(STYLED, False)
            yield
        bare = self._swap(change)
        yield
        yield from styled([each for each in bare if isValid(each) and each.isVisible()])
        for window in filter(isValid, self._held):
            window.setUpdatesEnabled(True)
        self._held.clear()
        yield
        yield from styled([each for each in bare if isValid(each) and not each.testAttribute(STYLED)])
        for widgets in parts(bare):
            for widget in filter(isValid, widgets):
                forget_size(widget)
            yield

    def _swap(self, change: Callable[[], None]) -> list[QWidget]:
        """Change it for the application; returns all widgets, none of them styled.

        Qt would touch all widgets now, but for those without a style that have one of their own.
        """
        untouched = [each for each in QApplication.allWidgets() if not each.testAttribute(OWN_STYLE)]
        for widget in untouched:
            widget.setAttribute(STYLED, False)
            widget.setAttribute(OWN_STYLE)
        change()
        for widget in untouched:
            widget.setAttribute(OWN_STYLE, False)
        return untouched


def styled(widgets: list[QWidget]) -> Iterator[None]:
    """Style widgets, some each turn."""
    for some in parts(widgets):
        for widget in filter(isValid, some):
            widget.style().polish(widget)
            widget.setAttribute(STYLED)
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
            widget.update()
        yield


def forget_size(widget: QWidget) -> None:
    """Let the layout around a widget ask again how much room it needs.

    Widgets take on a style one by one, in no order. What one on a hidden page needed in between, Qt remembers until
    the page is seen; a window was made wider by it than it had to be, and its panels cut off.
    """
    widget.updateGeometry()


def parts(widgets: list[QWidget]) -> list[list[QWidget]]:
    """Return the widgets of each turn."""
    return [widgets[first : first + A_TURN] for first in range(0, len(widgets), A_TURN)]
