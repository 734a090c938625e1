"""UnsavedDialog: the window is to close, but some labels are not on the disk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label


class UnsavedDialog(QDialog):
    """Says which images are not saved and why, and asks what to do. Nothing is lost unless that button is clicked.

    Parameters
    ----------
    images : Sequence[tuple[str, str]]
        Image id, and why it is not saved.
    note : str
        What else went wrong; empty when nothing did.
    """

    again_wanted = Signal()
    place_wanted = Signal()
    lost = Signal()

    def __init__(self, images: Sequence[tuple[str, str]], note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Labels are not saved"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        head = (
            self.tr("The labels of one image are not saved.")
            if len(images) == 1
            else self.tr("The labels of {n} images are not saved.").format(n=len(images))
        )
        layout.addWidget(_label(head, "heading"))
        self.list = QPlainTextEdit("\n".join(f"{image_id}: {reason}" for image_id, reason in images))
        self.list.setReadOnly(True)
        self.list.setMinimumHeight(110)
        layout.addWidget(self.list, 1)
        if note:
            layout.addWidget(_label(note, ""))
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.again_button = buttons.addButton(self.tr("Try again"), role.ActionRole)
        self.place_button = buttons.addButton(self.tr("Save to another folder…"), role.ActionRole)
        self.lose_button = buttons.addButton(self.tr("Close and lose them"), role.DestructiveRole)
        self.cancel_button = buttons.addButton(self.tr("Cancel"), role.RejectRole)
        buttons.rejected.connect(self.reject)
        for button, signal in (
            (self.again_button, self.again_wanted),
            (self.place_button, self.place_wanted),
            (self.lose_button, self.lost),
        ):
            button.clicked.connect(lambda _=False, signal=signal: self._answer(signal))
        for each in buttons.buttons():
            each.setIcon(QIcon())  # desktop icons clash with the theme
        layout.addWidget(buttons)
        self.lose_button.setAutoDefault(False)  # Enter must never lose anything
        self.again_button.setDefault(True)  # only now that it is in the dialog
        self.again_button.setFocus()

    def _answer(self, signal: SignalInstance) -> None:
        self.accept()
        signal.emit()


def _label(text: str, role: str) -> QLabel:
    label = plain_label(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
