"""EllipseTool: paints an ellipse that is dragged from corner to corner of the box around it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from app.tools.rectangle import RectangleTool
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.editing.shapes import ellipse


class EllipseTool(RectangleTool):
    """The gestures of the rectangle; what is painted is the ellipse inside."""

    def name(self) -> str:
        """Return the name of the edit."""
        return self.tr("Ellipse")

    def covered(self, box: Box, height: int, width: int) -> Covered:
        """Return the pixels whose centre lies in the ellipse in ``box``."""
        return ellipse(box, height, width)

    def path(self, rect: QRectF) -> QPainterPath:
        """Return the ellipse in a rectangle of the view."""
        path = QPainterPath()
        path.addEllipse(rect)
        return path
