"""FillTool: gives a whole region, of one label or of similar colours, the active class."""

from __future__ import annotations

import math

from app.canvas.pen_options import Option
from app.canvas.tool import Pointer, Tool
from app.tools.area import AreaPaint
from segcore.editing.fill import region_at
from segcore.editing.wand import REACH, ends_at_reach, similar_at


class FillTool(Tool):
    """Left fills the region under the pointer; right, or Ctrl held, empties it."""

    uses = frozenset({Option.FILL, Option.TOLERANCE})

    def press(self, pointer: Pointer) -> None:
        """Fill."""
        label_map, image = self.document.label_map, self.document.image
        if label_map is None or image is None:
            return
        x, y = math.floor(pointer.point.x), math.floor(pointer.point.y)
        if self.options.by_colour:
            covered = similar_at(image, x, y, self.options.tolerance)
            if ends_at_reach(covered, image, x, y):
                text = self.tr("The region goes on beyond {n} pixels: click there to fill more of it.")
                self.message.emit(text.format(n=REACH))
        else:
            covered = region_at(label_map.labels, x, y)
        AreaPaint.of(self.document, pointer).paint(covered, self.tr("Fill"))
