"""WandTool: takes the region of similar colour under the pointer; dragging sets how similar."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from app.canvas.pen_options import MOST_TOLERANCE, Option, ToolOptions
from app.canvas.tool import CTRL, RIGHT, Pointer, Tool
from app.document.document import Document
from app.document.stroke_preview import StrokePreview
from segcore.editing.brush import NOTHING, Covered
from segcore.editing.wand import similar_at
from segcore.labels.classes import IGNORE_INDEX

PIXELS = 3.0
"""View pixels of dragging for one level."""


class WandTool(Tool):
    """Left gives the region the active class; right, or Ctrl held, empties it. The tolerance stays for the next one."""

    uses = frozenset({Option.TOLERANCE})

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._pressed: Pointer | None = None
        self._value, self._erases = IGNORE_INDEX, False
        self._chosen = options.tolerance
        self._found: Covered = NOTHING
        document.image_changed.connect(self._forget)

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Click a region. Drag right for more of it, left for less.")

    def press(self, pointer: Pointer) -> None:
        """Show the region; it is painted when the button goes up."""
        if self.document.label_map is None or self.document.image is None:
            return
        self.document.settle()
        erase = pointer.button == RIGHT or pointer.holds(CTRL)
        self._value, self._erases = IGNORE_INDEX if erase else self.document.active_class, erase
        self._pressed, self._chosen = pointer, self.options.tolerance
        self._show()

    def drag(self, pointer: Pointer) -> None:
        """Change the tolerance."""
        if self._pressed is None:
            return
        moved = (pointer.point.x - self._pressed.point.x) * pointer.scale
        chosen = min(MOST_TOLERANCE, max(0, self.options.tolerance + round(moved / PIXELS)))
        if chosen != self._chosen:
            self._chosen = chosen
            self._show()

    def release(self, pointer: Pointer) -> None:
        """Paint the region."""
        if self._pressed is None:
            return
        found = self._found
        self.options.set_tolerance(self._chosen)
        self.cancel()
        recorder = self.document.begin(self.tr("Magic wand"), erases=self._erases)
        recorder.paint(found.box, found.mask, self._value)
        self.document.commit(recorder)

    def cancel(self) -> bool:
        """Drop what is shown."""
        if self._pressed is None:
            return False
        box = self._found.box
        self._forget()
        self.document.show_patch(None, box)
        return True

    def _show(self) -> None:
        label_map, image, pressed = self.document.label_map, self.document.image, self._pressed
        if label_map is None or image is None or pressed is None:
            return
        before = self._found.box
        x, y = math.floor(pressed.point.x), math.floor(pressed.point.y)
        self._found = found = similar_at(image, x, y, self._chosen)
        patch = None
        if not found.box.is_empty:
            patch = StrokePreview(label_map, found.box, self.document.policy)
            patch.paint(found.box, found.mask, self._value)
        self.document.show_patch(patch, found.box if before.is_empty else before.united(found.box))
        self.message.emit(self.tr("Tolerance {levels} of 255").format(levels=self._chosen))

    def _forget(self) -> None:
        self._pressed, self._found = None, NOTHING
