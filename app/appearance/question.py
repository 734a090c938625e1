"""Question: a notice that asks; the person may answer later and go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.appearance.notice import Notice


class Question(Notice):
    """Asks one thing at a time: each answer is a button, and Cancel, Esc or the cross is none of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Dismiss; nothing is changed"), parent)
        self.cancel_button = self.add_button(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.withdraw)
        self.answers: list[QPushButton] = []
        self._before: QWidget | None = None

    def ask(self, text: str, *answers: tuple[str, Callable[[], object]]) -> None:
        """Ask; ``answers``: the text of each button and what it does. An older question is dropped."""
        self._forget()
        for caption, act in answers:
            button = QPushButton(caption)
            self._row.insertWidget(self._row.indexOf(self.cancel_button), button)
            button.clicked.connect(self.withdraw)
            button.clicked.connect(lambda _=False, act=act: act())
            self.answers.append(button)
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.say(text)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def withdraw(self) -> None:
        """Take the question back; the keyboard is again where it was."""
        now = QApplication.focusWidget()
        has_focus = now is not None and self.isAncestorOf(now)
        super().withdraw()
        if has_focus and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self._forget()

    def _forget(self) -> None:
        """Let go of the answers, and with them of what they would do."""
        for button in self.answers:
            button.deleteLater()
        self.answers = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc answers nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        else:
            super().keyPressEvent(event)
