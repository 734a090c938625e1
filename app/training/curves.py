"""Curves: loss and held-out mean IoU while a model learns, painted by hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.appearance.numbers import percent

LOSS_COLOR = QColor("#cf6a22")
IOU_COLOR = QColor("#2f86d6")
"""Both have a contrast above 3 : 1 on the dark and on the light surface (WCAG graphics)."""

SMOOTHING = 0.8
MAX_POINTS = 2000
Series = list[tuple[float, float]]


class Curves(QWidget):
    """Two charts above each other over the same steps. Numbers come by `add`; `clear` starts again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.loss: Series = []
        self.smooth: Series = []
        self.mean_iou: Series = []
        self.baseline: float | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for the narrowest dock."""
        return QSize(240, 18 * self.fontMetrics().height())

    minimumSizeHint = sizeHint  # noqa: N815

    def clear(self) -> None:
        """Forget everything."""
        self.loss, self.smooth, self.mean_iou, self.baseline = [], [], [], None
        self.update()

    def add(self, step: float, loss: float | None = None, mean_iou: float | None = None) -> None:
        """Add what is known at this step; the loss is also kept as an exponential moving average."""
        if loss is not None and not (self.loss and self.loss[-1][0] == step):
            self.loss.append((step, loss))
            last = self.smooth[-1][1] if self.smooth else loss
            self.smooth.append((step, SMOOTHING * last + (1 - SMOOTHING) * loss))
            if len(self.loss) > MAX_POINTS:
                self.loss, self.smooth = self.loss[::2], self.smooth[::2]
        if mean_iou is not None:
            self.mean_iou.append((step, mean_iou))
        self._describe()
        self.update()

    def set_baseline(self, mean_iou: float) -> None:
        """Draw a dashed line at the mean IoU of the model before."""
        self.baseline = mean_iou
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw both charts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self.height() / 2.0
        steps = [x for series in (self.loss, self.mean_iou) for x, _ in series]
        x_range = (0.0, max([*steps, 1.0]))
        for top, title, color, line, faint, written in (
            (0.0, self.tr("Loss"), LOSS_COLOR, self.smooth, self.loss, "{:.2f}".format),
            (half, self.tr("Mean IoU, held-out images"), IOU_COLOR, self.mean_iou, [], _percent),
        ):
            area = QRectF(0.0, top, float(self.width()), half)
            self._chart(painter, area, title, color, line, faint, x_range, written)
        painter.end()

    def _chart(
        self,
        painter: QPainter,
        area: QRectF,
        title: str,
        color: QColor,
        line: Series,
        faint: Series,
        x_range: tuple[float, float],
        written: Callable[[float], str],
    ) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        text, quiet = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.PlaceholderText)
        row = metrics.height()
        values = [y for series in (line, faint) for _, y in series]
        if title != self.tr("Loss") and self.baseline is not None:
            values.append(self.baseline)
        low, high = _nice_range(values)
        if color is IOU_COLOR:
            high = min(1.0, high)
        labels = [written(value) for value in (high, low)]
        gutter = max(metrics.horizontalAdvance(label) for label in labels) + 8
        plot = QRectF(
            area.left() + gutter, area.top() + 1.7 * row, area.width() - gutter - 4, area.height() - 2.9 * row
        )

        painter.setPen(text)
        painter.drawText(QRectF(area.left(), area.top(), area.width(), row), Qt.AlignmentFlag.AlignLeft, title)
        if line:
            painter.setPen(text)
            box = QRectF(area.left(), area.top(), area.width() - 4, row)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, written(line[-1][1]))

        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0))
        for y in (plot.top(), plot.center().y(), plot.bottom()):
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(quiet)
        for label, y in zip(labels, (plot.top(), plot.bottom()), strict=True):
            box = QRectF(area.left(), y - row / 2, gutter - 6, row)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label if values else "–")

        def place(point: tuple[float, float]) -> QPointF:
            x = (point[0] - x_range[0]) / (x_range[1] - x_range[0])
            y = (point[1] - low) / (high - low)
            return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

        if self.baseline is not None and color is IOU_COLOR:
            painter.setPen(QPen(quiet, 1.0, Qt.PenStyle.DashLine))
            y = place((0.0, self.baseline)).y()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if len(faint) > 1:
            soft = QColor(color)
            soft.setAlphaF(0.3)
            painter.setPen(QPen(soft, 1.0))
            painter.drawPolyline(QPolygonF([place(point) for point in faint]))
        painter.setPen(QPen(color, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        if len(line) > 1:
            painter.drawPolyline(QPolygonF([place(point) for point in line]))
        if line and (len(line) < 40):
            painter.setBrush(color)
            for point in line if not faint else line[-1:]:
                painter.drawEllipse(place(point), 2.0, 2.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _describe(self) -> None:
        parts = []
        if self.smooth:
            parts.append(self.tr("Loss {value}").format(value=f"{self.smooth[-1][1]:.3f}"))
        if self.mean_iou:
            parts.append(self.tr("Mean IoU {value}").format(value=_percent(self.mean_iou[-1][1])))
        self.setAccessibleDescription(", ".join(parts))


def _percent(value: float) -> str:
    return percent(value, 1)


def _nice_range(values: list[float]) -> tuple[float, float]:
    """Return bounds a little wider than the values, never of width 0."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    pad = max(1e-3, (high - low) * 0.08)
    return max(0.0, low - pad), high + pad
