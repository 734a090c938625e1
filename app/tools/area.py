"""An area that a tool has outlined: what it is painted with, and how it is seen before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.canvas.tool import CTRL, RIGHT, Pointer, double_line
from app.document.document import Document
from segcore.editing import Box, PaintPolicy, Recorder
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap

LARGE = 1 << 21
"""Pixels: an area with a larger box around it is not painted in one turn of the event loop."""
FILL, ERASED = 80, QColor(128, 128, 128, 110)
"""Opacity of the class colour (0-255), and the colour of an area that will be erased."""


@dataclass(frozen=True)
class AreaPaint:
    """What an area is painted with: the active class, or nothing."""

    document: Document
    erases: bool = False

    @classmethod
    def of(cls, document: Document, pointer: Pointer) -> AreaPaint:
        """Return the active class; the right button, or Ctrl held, erases."""
        return cls(document, pointer.button == RIGHT or pointer.holds(CTRL))

    def paint(self, covered: Covered, name: str) -> None:
        """Paint the area as one edit of this name; a large one over several turns of the event loop."""
        document = self.document
        value = IGNORE_INDEX if self.erases else document.active_class
        if covered.box.width * covered.box.height > LARGE:
            self._paint_in_pieces(covered, value, name)
            return
        recorder = document.begin(name, erases=self.erases)
        recorder.paint(covered.box, covered.mask, value)
        document.commit(recorder)

    def _paint_in_pieces(self, covered: Covered, value: int, name: str) -> None:
        document, label_map = self.document, self.document.label_map
        assert label_map is not None
        ignores = value == IGNORE_INDEX and not self.erases
        stroke = Recorder(label_map, name, document.policy, keeps_ignore=ignores)
        stroke.value, stroke.covered = value, True
        document.change(partial(_painted, covered, stroke, document.policy), name, covered.box, stroke)

    def color(self, alpha: int = 255) -> QColor:
        """Return the colour of the class."""
        if self.erases:
            return ERASED
        classes = self.document.classes
        found = classes.find(self.document.active_class) if classes is not None else None
        return QColor(*(found.color if found is not None else (255, 255, 255)), alpha)

    def draw(self, painter: QPainter, path: QPainterPath) -> None:
        """Paint the outline, given in view coordinates, and what is inside."""
        lines = double_line(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color(FILL))
        painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in lines:
            painter.setPen(line)
            painter.drawPath(path)


def _painted(covered: Covered, stroke: Recorder, policy: PaintPolicy, tile: LabelMap, box: Box) -> LabelMap:
    """Return a tile of the label map, which lies at ``box``, with the area painted; note in ``stroke`` what stayed."""
    part, after = covered.box.shared(box), LabelMap(tile.labels.copy(), tile.provenance.copy())
    recorder = Recorder(after, stroke.name, policy, keeps_ignore=stroke.keeps_ignore)
    assert stroke.value is not None
    recorder.paint(part.inside(box), covered.mask[part.inside(covered.box).slices], stroke.value)
    if stroke.protected is None:
        stroke.protected = recorder.protected
    return after
