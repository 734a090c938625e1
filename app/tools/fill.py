"""FillTool: gives a whole region of one label the active class."""

from __future__ import annotations

import math

from app.canvas.tool import CTRL, RIGHT, Pointer, Tool
from segcore.editing.fill import region_at
from segcore.labels.classes import IGNORE_INDEX


class FillTool(Tool):
    """Left fills the region under the pointer; right, or Ctrl held, empties it."""

    def press(self, pointer: Pointer) -> None:
        """Fill."""
        label_map = self.document.label_map
        if label_map is None:
            return
        covered = region_at(label_map.labels, math.floor(pointer.point.x), math.floor(pointer.point.y))
        erase = pointer.button == RIGHT or pointer.holds(CTRL)
        recorder = self.document.begin(self.tr("Fill"), erases=erase)
        recorder.paint(covered.box, covered.mask, IGNORE_INDEX if erase else self.document.active_class)
        self.document.commit(recorder)
