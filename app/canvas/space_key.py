"""SpaceKey: Space held over the canvas, whichever widget has the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid


class SpaceKey(QObject):
    """Hears Space while the canvas has the focus or the pointer is over it; not while a text field is edited.

    Only the widget that has the focus is watched: a filter on the application would run for every event.

    Parameters
    ----------
    canvas : QWidget
        Its pointer counts.
    may_begin : Callable
        Whether Space does something now; it does not during a stroke.
    """

    held_changed = Signal()

    def __init__(self, canvas: QWidget, may_begin: Callable[[], bool]) -> None:
        super().__init__(canvas)
        self.held = False
        self._canvas = canvas
        self._may_begin = may_begin
        self._over = False
        self._watched: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self._follow_focus()

    def set_over(self, over: bool) -> None:
        """Tell whether the pointer is over the canvas."""
        self._over = over
        self._follow_focus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep Space from the widget that has the focus."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Space:
            return False
        if kind == QEvent.Type.KeyRelease:
            if not self.held:
                return False  # it was pressed elsewhere
            if not event.isAutoRepeat():
                self._set_held(False)
            return True
        if event.modifiers() and not self.held:
            return False
        event.accept()
        if kind == QEvent.Type.KeyPress and not event.isAutoRepeat() and self._may_begin():
            self._set_held(True)
        return True

    def _follow_focus(self, *_: QWidget | None) -> None:
        focus = QApplication.focusWidget()
        wanted: QWidget | None = None
        if focus is self._canvas:
            wanted = focus
        elif self._over or self.held:
            window = self._canvas.window()
            if focus is None and window.isActiveWindow():
                wanted = window
            elif focus is not None and focus.window() is window and not is_text_field(focus):
                wanted = focus
        if wanted is not self._watched:
            if self._watched is not None and isValid(self._watched):
                self._watched.removeEventFilter(self)
            if wanted is not None:
                wanted.installEventFilter(self)
            self._watched = wanted
        if wanted is None:
            self._set_held(False)  # its release will not be heard

    def _set_held(self, held: bool) -> None:
        if held != self.held:
            self.held = held
            self.held_changed.emit()


def is_text_field(widget: QWidget | None) -> bool:
    """Whether keys typed into this widget write text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox):
        return not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()
