"""FoldedText: a text of which one line is seen, and the whole when the person wants more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

LEAST = 60
"""View pixels of text that are always seen."""


class FoldedText(QLabel):
    """Plain text. `more_button` shows the rest of it, and is hidden while one line is enough."""

    folded_changed = Signal()
    """It needs another height."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.more_button = QPushButton(self.tr("More"))
        self.more_button.setCheckable(True)
        self.more_button.setProperty("flat", "true")
        self.more_button.hide()
        self.more_button.toggled.connect(self._unfold)
        self.setText(text)

    @property
    def folded(self) -> bool:
        """Whether only one line is shown."""
        return not self.more_button.isChecked()

    @property
    def shown(self) -> str:
        """What the line shows while it is folded."""
        line, _, rest = self.text().partition("\n")
        wanted = f"{line} …" if rest else line
        return self.fontMetrics().elidedText(wanted, Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def setText(self, text: str) -> None:  # noqa: N802
        """Show another text, folded."""
        super().setText(text)
        self.more_button.setChecked(False)
        self._look()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return one line while it is folded."""
        return QSize(LEAST, self._line()) if self.folded else super().minimumSizeHint()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return one line with the whole text while it is folded."""
        if not self.folded:
            return super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self.text().replace("\n", " ")) + 4, self._line())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw as much of the line as there is room for."""
        if not self.folded:
            super().paintEvent(event)
            return
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        QPainter(self).drawText(self.contentsRect(), left, self.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Look whether one line is enough."""
        super().resizeEvent(event)
        self._look()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look again with another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._look()

    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _look(self) -> None:
        if self.folded:
            self.more_button.setVisible(self.shown != self.text())

    def _unfold(self, unfolded: bool) -> None:
        self.more_button.setText(self.tr("Less") if unfolded else self.tr("More"))
        self.setWordWrap(unfolded)
        flag = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flag.TextSelectableByMouse if unfolded else flag.NoTextInteraction)
        self.updateGeometry()
        self.update()
        self.folded_changed.emit()
