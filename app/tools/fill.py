"""FillTool: gives a whole region of one label the active class."""

from __future__ import annotations

import math

from app.canvas.tool import Pointer, Tool
from app.tools.area import AreaPaint
from segcore.editing.fill import region_at


class FillTool(Tool):
    """Left fills the region under the pointer; right, or Ctrl held, empties it."""

    def press(self, pointer: Pointer) -> None:
        """Fill."""
        label_map = self.document.label_map
        if label_map is None:
            return
        covered = region_at(label_map.labels, math.floor(pointer.point.x), math.floor(pointer.point.y))
        AreaPaint.of(self.document, pointer).paint(covered, self.tr("Fill"))
