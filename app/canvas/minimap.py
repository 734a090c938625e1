"""Minimap: the whole image, small in a corner of the canvas, with the part that is seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.appearance.plain_text import as_tip
from app.canvas.image_view import ImageView
from app.canvas.label_layers import rgb

LONGEST = 170
"""View pixels of its longer side, at most."""
SHARE = 0.3
"""Of the canvas that it may take, each way."""
EDGE = 12
"""View pixels between it and the edges of the canvas."""


class Minimap(QWidget):
    """Shown while a part of the image is outside the view; a click or a drag brings that place into the middle."""

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._wanted = True
        self._picture = QPixmap()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Minimap"))
        self.setToolTip(as_tip(self.tr("Click or drag to show another part of the image")))
        view.installEventFilter(self)
        view.moved.connect(self._place)
        view.document.image_changed.connect(self._forget)
        self._forget()

    @property
    def wanted(self) -> bool:
        """Whether it is shown where it can help."""
        return self._wanted

    @wanted.setter
    def wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the size of the canvas."""
        if event.type() == QEvent.Type.Resize:
            self._picture = QPixmap()
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show this place."""
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on while a button is held."""
        if event.buttons():
            self._go(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the image and a frame around what is seen."""
        painter = QPainter(self)
        if self._picture.isNull():
            self._picture = self._drawn()
        painter.drawPixmap(QPoint(), self._picture)
        seen = self.seen()
        shade = QColor(0, 0, 0, 90)
        for part in (
            QRectF(0, 0, self.width(), seen.top()),
            QRectF(0, seen.bottom(), self.width(), self.height() - seen.bottom()),
            QRectF(0, seen.top(), seen.left(), seen.height()),
            QRectF(seen.right(), seen.top(), self.width() - seen.right(), seen.height()),
        ):
            painter.fillRect(part, shade)
        for color, width in ((QColor(0, 0, 0, 200), 3.0), (QColor(255, 255, 255), 1.4)):
            painter.setPen(QPen(color, width))
            painter.drawRect(seen)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def seen(self) -> QRectF:
        """Return the part that is seen, in its own pixels; not so small that it could not be found."""
        size, part = self._view.image_size, self._view.visible_rect
        fx, fy = self.width() / max(1, size.width()), self.height() / max(1, size.height())
        box = QRectF(part.x() * fx, part.y() * fy, part.width() * fx, part.height() * fy)
        grow_x, grow_y = max(0.0, 5 - box.width()) / 2, max(0.0, 5 - box.height()) / 2
        return box.adjusted(grow_x and -grow_x, grow_y and -grow_y, grow_x, grow_y) & QRectF(self.rect())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _go(self, position: QPointF) -> None:
        size = self._view.image_size
        x, y = position.x() / max(1, self.width()), position.y() / max(1, self.height())
        self._view.centre_on(QPointF(x * size.width(), y * size.height()))

    def _forget(self) -> None:
        self._picture = QPixmap()
        self._place()

    def _place(self) -> None:
        size = self._view.image_size
        whole = self._view.visible_rect.size() == size
        self.setVisible(self._wanted and not size.isEmpty() and not whole)
        if self.isHidden():
            return
        room = QSize(round(SHARE * self._view.width()), round(SHARE * self._view.height()))
        fitted = size.scaled(room.boundedTo(QSize(LONGEST, LONGEST)), Qt.AspectRatioMode.KeepAspectRatio)
        fitted = fitted.expandedTo(QSize(8, 8))
        corner = QPoint(self._view.width() - EDGE - fitted.width(), self._view.height() - EDGE - fitted.height())
        place = QRect(corner, fitted)
        if place != self.geometry():
            self._picture = QPixmap()
            self.setGeometry(place)
        self.update()

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        wanted = self.size() * ratio
        source = self._view.smallest_level(wanted)
        if source is None:
            return QPixmap(self.size())
        keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        picture = QPixmap.fromImage(rgb(source).scaled(wanted, keep, smooth))
        picture.setDevicePixelRatio(ratio)
        return picture
