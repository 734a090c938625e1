"""ImageRow: how one row of the image list is painted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.document.image_state import ImageState
from app.worklist.image_model import MARK_ROLE, STATE_ROLE, state_text
from app.worklist.thumbnails import HEIGHT, WIDTH
from segcore.project.marks import Mark

ROW_HEIGHT = HEIGHT + 12

STATE_COLORS = {
    ImageState.NEW: ("#a3acb7", "#56616d"),
    ImageState.PREDICTED: ("#7cb7ff", "#1c5fb8"),
    ImageState.IN_PROGRESS: ("#f2b84b", "#8a5a00"),
    ImageState.DONE: ("#6fcf8a", "#1b7a3d"),
    ImageState.REVIEWED: ("#6fcf8a", "#1b7a3d"),
    ImageState.REJECTED: ("#ff9a94", "#b3261e"),
    ImageState.UNREADABLE: ("#ff9a94", "#b3261e"),
}
"""On dark, on light; the form says the same as the colour."""


class ImageRow(QStyledItemDelegate):
    """Thumbnail, name, and the state as a form and a word."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Every row has the same height."""
        return QSize(WIDTH + 120, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        palette: QPalette = option.palette
        dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
        box: QRect = option.rect.adjusted(4, 2, -4, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            soft = QColor(palette.color(QPalette.ColorRole.Highlight))
            soft.setAlphaF(0.22 if dark else 0.16)
            painter.setBrush(soft)
            painter.drawRoundedRect(box, 7, 7)
            if isinstance(option.widget, QAbstractItemView) and option.widget.currentIndex() == index:
                painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
                painter.drawRoundedRect(QRectF(box.left(), box.top() + 8, 3, box.height() - 16), 1.5, 1.5)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(_faint(palette))
            painter.drawRoundedRect(box, 7, 7)
        picture = QRect(box.left() + 8, box.top() + (box.height() - HEIGHT) // 2, WIDTH, HEIGHT)
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        state = index.data(STATE_ROLE)
        color = QColor(STATE_COLORS[state][0 if dark else 1])
        if isinstance(pixmap, QPixmap):
            painter.drawPixmap(picture, pixmap)
        else:
            painter.setBrush(_faint(palette))
            painter.drawRect(picture)
            if state is ImageState.UNREADABLE:
                mark_state(painter, QRectF(picture.center().x() - 8, picture.center().y() - 8, 17, 17), state, color)
        text = QRect(picture.right() + 11, box.top() + 6, box.right() - picture.right() - 17, box.height() // 2 - 6)
        painter.setFont(option.font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        name = option.fontMetrics.elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole)), Qt.TextElideMode.ElideMiddle, text.width()
        )
        painter.drawText(text, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        mark_state(painter, QRectF(text.left(), box.center().y() + 6, 11, 11), state, color)
        small = QFont(option.font)
        small.setPointSizeF(max(7.0, option.font.pointSizeF() - 1))
        painter.setFont(small)
        painter.setPen(color)
        below = QRect(text.left() + 17, box.center().y() + 1, text.width() - 17, 20)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), state_text(state))
        mark = index.data(MARK_ROLE)
        if isinstance(mark, Mark):
            right = QRectF(below.right() - 12, box.center().y() + 5, 12, 12)
            if mark.flagged:
                draw_flag(painter, right, QColor(STATE_COLORS[ImageState.IN_PROGRESS][0 if dark else 1]))
                right.translate(-17, 0)
            if mark.note:
                draw_note(painter, right, palette.color(QPalette.ColorRole.PlaceholderText))
        painter.restore()


def _faint(palette: QPalette) -> QColor:
    """Return what is just told from the ground: a row under the pointer, a thumbnail that is not there yet."""
    color = QColor(palette.color(QPalette.ColorRole.Text))
    color.setAlphaF(0.08)
    return color


def draw_flag(painter: QPainter, box: QRectF, color: QColor) -> None:
    """Draw a pole with a pennant."""
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(color)
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    painter.drawLine(QPointF(x + 2, y), QPointF(x + 2, y + h))
    painter.drawPolygon([QPointF(x + 2, y + 1), QPointF(x + w - 1, y + 0.3 * h), QPointF(x + 2, y + 0.58 * h)])


def draw_note(painter: QPainter, box: QRectF, color: QColor) -> None:
    """Draw a sheet with three lines."""
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1, 0.5, -1, -0.5), 2, 2)
    for share in (0.3, 0.5, 0.7):
        at = box.y() + share * box.height()
        painter.drawLine(QPointF(box.left() + 3.5, at), QPointF(box.right() - 3.5, at))


def mark_state(painter: QPainter, box: QRectF, state: ImageState, color: QColor) -> None:
    """Draw a ring (new), a half disc (predicted), a dot in a ring (in progress), a check (done) or a barred ring.

    Reviewed is a check with a second ring around it; rejected is a disc with a cross.
    """
    pen = QPen(color, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = box.adjusted(0.75, 0.75, -0.75, -0.75)
    if state is ImageState.REVIEWED:
        painter.drawEllipse(ring.adjusted(-2.2, -2.2, 2.2, 2.2))
    if state is ImageState.REJECTED:
        painter.setBrush(color)
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor("#10141a") if color.lightness() > 128 else QColor("#ffffff"), 1.6))
        inner = ring.adjusted(2.6, 2.6, -2.6, -2.6)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
        return
    if state in (ImageState.DONE, ImageState.REVIEWED):
        painter.setBrush(color)
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor("#10141a") if color.lightness() > 128 else QColor("#ffffff"), 1.6))
        x, y, w, h = ring.x(), ring.y(), ring.width(), ring.height()
        painter.drawPolyline(
            [
                QPointF(x + 0.25 * w, y + 0.52 * h),
                QPointF(x + 0.44 * w, y + 0.72 * h),
                QPointF(x + 0.76 * w, y + 0.32 * h),
            ]
        )
        return
    painter.drawEllipse(ring)
    if state is ImageState.PREDICTED:
        painter.setBrush(color)
        painter.drawPie(ring, 90 * 16, 180 * 16)
    elif state is ImageState.UNREADABLE:
        inset = 0.15 * ring.width()
        painter.drawLine(ring.topLeft() + QPointF(inset, inset), ring.bottomRight() - QPointF(inset, inset))
    elif state is ImageState.IN_PROGRESS:
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(ring.center(), 2.4, 2.4)
