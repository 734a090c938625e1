"""ReviewBar: accept, or reject with a note, above the image."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget
from shiboken6 import isValid

from app.appearance.plain_text import as_tip, plain_line


class ReviewBar(QFrame):
    """Hidden until a review begins. The field for the note comes when an image is rejected."""

    accepted = Signal()
    rejected = Signal(str)
    """With this note."""
    passed = Signal()
    """The next one, please; this one stays as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "hint")
        self._back: QWidget | None = None  # where the focus was before the question
        self.label = plain_line()
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What is wrong? Enter rejects, Esc goes back"))
        self.field.setAccessibleName(self.tr("Why the image is rejected"))
        self.field.hide()
        self.accept_button = QPushButton(self.tr("Accept"))
        self.reject_button = QPushButton(self.tr("Reject…"))
        self.pass_button = QPushButton(self.tr("Next"))
        self.pass_button.setToolTip(self.tr("Goes on to the next done image without a verdict"))
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setProperty("role", "cross")
        self.close_button.setToolTip(self.tr("End the review"))
        self.close_button.setAccessibleName(self.tr("End the review"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.field, 2)
        for widget in (self.accept_button, self.reject_button, self.pass_button, self.close_button):
            layout.addWidget(widget)
        self.accept_button.clicked.connect(self.accepted)
        self.reject_button.clicked.connect(self.ask)
        self.pass_button.clicked.connect(self.passed)
        self.close_button.clicked.connect(self.hide)
        self.field.returnPressed.connect(self._reject)
        self.hide()

    def tell(self, name: str, left: int, can_judge: bool) -> None:
        """Show the image at hand and how many done images wait for a verdict."""
        if left:
            waiting = self.tr("1 done image waits.") if left == 1 else self.tr("{n} done images wait.").format(n=left)
        else:
            waiting = self.tr("No done image waits.")
        text = f"{waiting}  ·  {name}" if name else waiting
        self.label.setText(text)
        self.label.setToolTip(as_tip(text))
        for button in (self.accept_button, self.reject_button):
            button.setEnabled(can_judge)

    def ask(self) -> None:
        """Ask why the image is rejected."""
        self._back = self.window().focusWidget()
        self.field.clear()
        self.field.show()
        for widget in (self.label, self.accept_button, self.pass_button):
            widget.hide()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take back the question with Esc."""
        if event.key() == Qt.Key.Key_Escape and not self.field.isHidden():
            self._close_field()
        else:
            super().keyPressEvent(event)

    def _reject(self) -> None:
        note = self.field.text()
        self._close_field()
        self.rejected.emit(note)

    def _close_field(self) -> None:
        self.field.hide()
        for widget in (self.label, self.accept_button, self.pass_button):
            widget.show()
        if self._back is not None and isValid(self._back):
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
