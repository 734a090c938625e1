"""BrushTool and EraserTool: paint with a round or square footprint."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, RIGHT, Pointer
from app.document.document import Document
from app.tools.pen import PenTool
from segcore.editing import Recorder
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX


class BrushTool(PenTool):
    """Left paints the active class; right, or Ctrl held, erases; Shift draws straight lines."""

    erases = False

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._value = IGNORE_INDEX

    def _pen_up(self) -> None:
        """Keep the stroke."""
        if self._recorder is not None:
            self.document.commit(self._recorder)
            self._recorder = None

    def cancel(self) -> bool:
        """Revert the stroke, or drop the straight line."""
        if self._recorder is None:
            return super().cancel()
        self.document.revert(self._recorder)
        self._recorder = None
        return True

    def _begin(self, pointer: Pointer) -> Recorder:
        erase = self.erases or pointer.button == RIGHT or pointer.holds(CTRL)
        self._value = IGNORE_INDEX if erase else self.document.active_class
        return self.document.begin(self.tr("Eraser") if erase else self.tr("Brush"), erases=erase)

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        recorder.paint(covered.box, covered.mask, self._value)


class EraserTool(BrushTool):
    """A brush that always erases: the pixels become unlabelled, for a model to fill."""

    erases = True
