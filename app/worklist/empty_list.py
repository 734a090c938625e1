"""EmptyList: what the list of images says when it has no row, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label


class EmptyList(QWidget):
    """Lies over the list; hidden while it has rows."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)  # its viewport is not asked for: that takes 40 ms before the window is seen
        self.label = plain_label()
        self.label.setProperty("role", "muted")
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(self.tr("Show all images"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addStretch(1)
        layout.addWidget(self.label)
        self.look_button = QPushButton(self.tr("Look for images again"))
        for button in (self.button, self.look_button):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        view.installEventFilter(self)
        self.hide()

    def tell(self, total: int, shown: int, expected: bool = False) -> None:
        """Say why there is no row: of ``total`` images ``shown`` pass the filter, or they are ``expected``."""
        self.setVisible(not shown)
        self.button.setVisible(total > 0)
        self.look_button.setVisible(total == 0 and not expected)
        if expected:
            self.label.setText(self.tr("Reading the list of images…"))
        elif total:
            self.label.setText(self.tr("No image has this name and state."))
        else:
            self.label.setText(self.tr("There are no images in this folder. Copy some into it, then look again."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Cover the whole list."""
        view = self.parentWidget()
        if event.type() == QEvent.Type.Resize and view is not None:
            self.resize(view.size())
        return False
