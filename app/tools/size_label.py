"""SizeLabel: says radius and diameter beside the ring while they change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter

SHOWN_MS = 1000
PAD = 5.0
LARGE = 160.0
"""View pixels: in a ring with a larger diameter the label is in the middle, not below."""


class SizeLabel(QObject):
    """A text that goes after a moment; ``changed`` is called when it comes or goes."""

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(changed)
        self.text = ""

    @property
    def shown(self) -> bool:
        """Whether the text is to be seen now."""
        return self._timer.isActive()

    def say(self, radius: float) -> None:
        """Show a radius in pixels of the image, and the diameter."""
        self.text = self.tr("Radius {radius} px, diameter {diameter} px").format(
            radius=f"{radius:g}", diameter=f"{2 * radius:g}"
        )
        self._timer.start()
        self._changed()

    def hide(self) -> None:
        """Take the text away, at a stroke."""
        if self.shown:
            self._timer.stop()
            self._changed()

    def rect(self, ring: QRectF) -> QRectF:
        """Return where the label of this ring is, in view coordinates; empty when it is not shown."""
        if not self.shown:
            return QRectF()
        size = QFontMetricsF(QGuiApplication.font()).size(0, self.text)
        box = QRectF(0.0, 0.0, size.width() + 2 * PAD, size.height() + 2 * PAD)
        below = QPointF(ring.center().x(), ring.bottom() + box.height() / 2 + PAD)
        box.moveCenter(ring.center() if ring.height() > LARGE else below)
        return box

    def draw(self, painter: QPainter, ring: QRectF) -> None:
        """Paint the label."""
        box = self.rect(ring)
        if box.isEmpty():
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(box, 4.0, 4.0)
        painter.setPen(QColor(255, 255, 255))
        painter.setFont(QGuiApplication.font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)
