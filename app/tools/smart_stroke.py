"""SmartStrokeTool: scribble a class over a region; the edges in the image say how far it goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, RIGHT, Pointer
from app.document.document import Document
from app.tools.crf_stroke import CrfStroke
from app.tools.network_probabilities import evidence
from app.tools.stroke_memory import StrokeMemory
from app.tools.stroke_result import Answer, Decide, Painting, in_pieces
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Task

if TYPE_CHECKING:
    from segcore.interactive.smart_stroke import SmartStroke
    from segcore.interactive.window import Windows


class SmartStrokeTool(CrfStroke):
    """Left labels the region under the stroke; right, or Ctrl held, empties it; Shift draws a straight line."""

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._value = IGNORE_INDEX
        self._memory = StrokeMemory(document, self)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Smart stroke: scribble inside a region; the edges in the image say how far it goes.")

    def _start(self, pointer: Pointer) -> str:
        self._erases = pointer.button == RIGHT or pointer.holds(CTRL)
        self._value = IGNORE_INDEX if self._erases else self.document.active_class
        return self.tr("Smart stroke")

    def _decider(self, windows: Windows) -> Decide:
        from segcore.interactive.smart_stroke import SmartStroke

        image, label_map, value = self.document.image, self.document.label_map, self._value
        assert image is not None
        assert label_map is not None
        probabilities, values = evidence(self.document)
        stroke = SmartStroke(
            image,
            label_map.labels,
            label_map.provenance,
            probabilities,
            values,
            value,
            windows=windows,
            origins=self._memory.origins,
        )
        return partial(_decided, stroke, windows, value, label_map.shape)

    def _pen(self, covered: Covered) -> Painting:
        return Painting(covered.box, covered.mask, self._value)

    def _settle(self) -> None:
        super()._settle()
        self._memory.expect(self._area, self._value)


def _decided(
    stroke: SmartStroke, windows: Windows, value: int, shape: tuple[int, int], covered: Covered
) -> Task[Answer]:
    from segcore.interactive.gesture import trimmed

    covered = trimmed(covered, shape)
    decision = yield from stroke.decide(covered)
    return Answer(tuple(in_pieces(decision.box, decision.mask, value)), windows.around(covered.box).box)
