"""SpyCanvas: a canvas that notes what it paints."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.tools.toolbox import make_tools
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap

RED, BLUE = (255, 0, 0), (0, 0, 255)


CLASSES = ClassSet((SegClass(0, "red", RED), SegClass(1, "blue", BLUE)))


class SpyCanvas(Canvas):
    def __init__(self, document):
        self.painted: list[QRect] = []
        options = ToolOptions()
        super().__init__(document, make_tools(document, options), options)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self.painted.append(event.rect())
        super().paintEvent(event)


def show(document: Document, height: int = 100, width: int = 100, value: int = 100, image_id: str = "a.png"):
    image = np.full((height, width, 3), value, np.uint8)
    document.show(LoadedImage(image_id, image, LabelMap.blank(height, width)))
    QApplication.processEvents()


def centre_of(x: float, y: float):
    from segcore.editing.brush import Point

    return Point(x + 0.5, y + 0.5)


def move(canvas: Canvas, to: QPoint, held=Qt.MouseButton.NoButton) -> None:
    """A move that arrives even where the test platform believes the pointer to be there already."""
    at = QPointF(to)
    none = Qt.MouseButton.NoButton, held, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), *none))
