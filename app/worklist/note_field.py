"""NoteField: the note of the open image, below the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.document.session import Session

KEEP_MS = 600
"""A note is kept so long after the last letter."""
LINES = 3


class NoteField(QPlainTextEdit):
    """Seen while the open image has a note, or once a person asks for it. Esc goes back to where one was."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._marks = session.document, session.records.marks
        self._image_id: str | None = None
        self._back: QWidget | None = None
        self.setAccessibleName(self.tr("Note on this image"))
        self.setPlaceholderText(self.tr("Note on this image"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 22)
        self._keep = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keep.timeout.connect(self.keep)
        self.textChanged.connect(self._keep.start)
        self._document.image_changed.connect(self._follow)
        self._document.project_changed.connect(self._follow)
        self._marks.changed.connect(self._changed)
        self.hide()

    def write(self) -> None:
        """Show it with the cursor in it."""
        if self._document.image_id is None:
            return
        self._back = self.window().focusWidget()
        self.setReadOnly(bool(self._document.read_only))
        self.show()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keep(self) -> None:
        """Write what was typed to the project."""
        self._keep.stop()
        if self._image_id is not None and not self.isReadOnly():
            self._marks.set(self._image_id, note=self.toPlainText().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go back with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.keep()
            self.setVisible(bool(self.toPlainText()))
            if self._back is not None:
                self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Keep what was typed, and go away when it is nothing."""
        super().focusOutEvent(event)
        if self._keep.isActive():
            self.keep()
        if not self.toPlainText():
            self.hide()

    def _follow(self) -> None:
        """Show the note of the image that is open now; what was typed for the last one is kept first."""
        if self._keep.isActive():
            self.keep()
        self._image_id = self._document.image_id
        self._show_note()

    def _changed(self, image_ids: list[str]) -> None:
        if self._image_id in image_ids and not self._keep.isActive():
            self._show_note()

    def _show_note(self) -> None:
        note = "" if self._image_id is None else self._marks.of(self._image_id).note
        if note != self.toPlainText().strip():
            self.setPlainText(note)
            self._keep.stop()
        self.setReadOnly(bool(self._document.read_only))
        self.setVisible(bool(note) or self.hasFocus())
