"""LoadingNote: says on the canvas that an image is being loaded, or what to do when there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.appearance.plain_text import plain_label
from app.canvas.action_text import named
from app.document.session import Session
from app.project.navigation import Navigation

WAIT_MS = 300
"""A load that takes no longer is not mentioned."""
MARGIN = 24
WIDEST = 460
"""In pixels."""


class LoadingNote(QObject):
    """One label in the middle of the canvas; at its top while another image is still shown."""

    def __init__(self, canvas: QWidget, session: Session, navigation: Navigation, rescan: QAction) -> None:
        super().__init__(canvas)
        self._canvas, self._document, self._records, self._rescan = canvas, session.document, session.records, rescan
        self.label = plain_label()
        self.label.setParent(canvas)
        self.label.setProperty("role", "note")
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._show)
        navigation.loading.connect(self._begin)
        self._document.image_changed.connect(self._begin)
        self._document.project_changed.connect(self._begin)
        self._records.reset.connect(self._begin)
        canvas.installEventFilter(self)

    def text(self) -> str:
        """Return what there is to say now; "" for nothing."""
        project, coming = self._document.project, self._document.coming
        if project is None:
            return ""
        if coming is not None:
            return self.tr("Loading {name}…").format(name=Path(coming).name)
        if self._document.image is not None:
            return ""
        if not self._records.count():
            text = self.tr("There are no images in {folder}. Put some there and choose {action}.")
            return text.format(folder=project.images, action=named(self._rescan))
        return self.tr("No image is shown. Choose one in the list at the left.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and not self.label.isHidden():
            self._place()
        return False

    def _begin(self) -> None:
        """Hide what was said, and look again in a moment."""
        self.label.hide()
        if self.text():
            self._wait.start()
        else:
            self._wait.stop()

    def _show(self) -> None:
        text = self.text()
        self.label.setText(text)
        self.label.setVisible(bool(text))
        self._place()

    def _place(self) -> None:
        room = max(80, min(WIDEST, self._canvas.width() - 2 * MARGIN))
        self.label.setFixedWidth(min(room, self.label.fontMetrics().horizontalAdvance(self.label.text()) + 40))
        self.label.setFixedHeight(self.label.heightForWidth(self.label.width()))
        shown = self._document.image is not None
        top = MARGIN if shown else (self._canvas.height() - self.label.height()) // 2
        self.label.move((self._canvas.width() - self.label.width()) // 2, top)
        self.label.raise_()
