"""ComingImage: covers the canvas with a small picture of a large image while the whole is being read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from app.canvas.label_layers import rgb
from app.canvas.view_transform import ViewTransform
from app.document.image_names import short_name
from app.document.loaded_image import Draft


class ComingImage(QWidget):
    """Shows it where the whole will be once it fits the view; takes the mouse, so that nothing below is painted."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._draft: Draft | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.BusyCursor)
        self.setAccessibleName(self.tr("Image that is being loaded"))
        canvas.installEventFilter(self)
        self.hide()

    def show_draft(self, draft: Draft | None) -> None:
        """Show this picture; None: the canvas again."""
        self._draft = draft
        self.setVisible(draft is not None)
        if draft is not None:
            self.setGeometry(self._canvas.rect())
            self.raise_()
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the canvas."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the picture and what is going on."""
        if self._draft is None:
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        picture = rgb(self._draft.picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = ViewTransform.fitted(QSize(picture.width(), picture.height()), self.size())
        painter.drawImage(place.rect_to_view(QRectF(QPointF(), QSizeF(picture.size()))), picture)
        text = self.tr("Loading {name} …").format(name=short_name(self._draft.image_id))
        text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, max(80, self.width() - 64))
        box = QRectF(self.fontMetrics().boundingRect(text)).adjusted(-14, -7, 14, 7)
        box.moveCenter(QPointF(self.width() / 2, 12 + box.height() / 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(self.palette().color(QPalette.ColorRole.ToolTipText))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
