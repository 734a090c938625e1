"""HolesTool: fills what a region encloses."""

from __future__ import annotations

import math

from app.canvas.tool import LEFT, Pointer, Tool
from segcore.editing.fill import region_at
from segcore.editing.holes import holes_of
from segcore.labels.classes import IGNORE_INDEX


class HolesTool(Tool):
    """Left gives all holes of the region under the pointer the label of the region."""

    def press(self, pointer: Pointer) -> None:
        """Fill the holes."""
        label_map = self.document.label_map
        if label_map is None or pointer.button != LEFT:
            return
        x, y = math.floor(pointer.point.x), math.floor(pointer.point.y)
        value = self.document.label_at(x, y)
        if value is None or value == IGNORE_INDEX:
            self.message.emit(self.tr("Click a labelled region that has holes."))
            return
        holes = holes_of(region_at(label_map.labels, x, y))
        if not holes.mask.any():
            self.message.emit(self.tr("This region has no holes."))
            return
        recorder = self.document.begin(self.tr("Fill holes"))
        recorder.paint(holes.box, holes.mask, value)
        self.document.commit(recorder)
