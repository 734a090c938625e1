"""CrfStroke: a stroke whose pixels the fully-connected CRF decides."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import Pointer
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.document.stroke_preview import StrokePreview
from app.tools.crf_queue import CrfQueue, Question
from app.tools.pen import PenTool
from app.tools.stroke_area import StrokeArea
from app.tools.stroke_result import NO_ANSWER, Answer, Decide, Painting, Target
from segcore.editing import Box, Recorder
from segcore.editing.box import EMPTY
from segcore.editing.brush import Covered, Point, dab

if TYPE_CHECKING:
    from segcore.interactive.window import Windows

PATCH_GRID = 128
"""Pixels: a patch grows in such steps, not with each event."""
REST_MS = 80
"""So long the pen rests over a place before what the core needs of it is prepared."""
NEAR = 32
"""Pixels of the image: closer than this to the last place nothing has to be prepared anew."""
LIVE_PIXELS = 16_000_000
"""A stroke whose box is larger is not shown while it is decided: copying it would be felt."""

RIM = ((QColor(255, 255, 255, 110), 0.0), (QColor(0, 0, 0, 110), 3.0))
"""Dashes of the window's rim and where they begin: faint, and seen on any background."""


class CrfStroke(PenTool):
    """Shown as a patch while it is decided, in the lane "crf"; one edit in the end.

    What ends it early (another stroke, another image, closing) keeps what is shown; undo and Esc drop it, also while
    the last decision is still to come. Without a `CrfQueue` it leaves what the pen alone leaves.
    """

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self.queue: CrfQueue | None = None
        self._area = StrokeArea()
        self._decide: Decide | None = None
        self._answer = NO_ANSWER
        self._answered = self._asked = 0
        self._released = self._failed = False
        self._erases = True  # what is painted with the ignore index
        self._shown = EMPTY
        self._prepared: Point | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._prepare)
        document.history_changed.connect(self._look)

    # -- for subclasses ----------------------------------------------------------------------------------------------

    def _start(self, pointer: Pointer) -> str:
        """Take from the pointer what the stroke is about; return the name of the edit, "" for a button without use."""
        return ""

    def _decider(self, windows: Windows) -> Decide | None:
        """Return what decides this stroke, called on the lane with all that the pen covers; None for the pen alone."""
        return None

    def _pen(self, covered: Covered) -> Painting | None:
        """Return what the pen itself paints at once."""
        return None

    # -- pointer -----------------------------------------------------------------------------------------------------

    def _pen_down(self, pointer: Pointer) -> None:
        """Begin a stroke."""
        super()._pen_down(pointer)
        self._ask()

    def _pen_moved(self, pointer: Pointer) -> None:
        """Go on with the stroke."""
        if not self._released:
            super()._pen_moved(pointer)
            self._ask()

    def _pen_up(self) -> None:
        """Wait for the last decision, then keep it."""
        if self._recorder is None or self._released:
            return
        self._released = True
        if self.queue is None or self._failed or self._answered == len(self._area):
            self._finish()
        elif self._asked != len(self._area):
            self.queue.hurry()

    def hover(self, pointer: Pointer | None) -> None:
        """Move the ring; where it rests, the next stroke is likely to begin."""
        super().hover(pointer)
        if pointer is None or self.queue is None:
            self._rest.stop()
        else:
            self._rest.start()

    def cancel(self) -> bool:
        """Drop the straight line, else the stroke, also one that waits for its decision."""
        if super().cancel():
            return True
        if self._recorder is None:
            return False
        self.document.revert(self._recorder)
        return True

    def leave(self) -> None:
        """Drop a stroke in progress; one that waits for its decision comes to its end."""
        if not super().cancel() and not self._released:
            self.cancel()

    def enter(self) -> None:
        """Load the engine before it is needed."""
        self.warm_up()

    def warm_up(self) -> None:
        """Load the engine."""
        if self.queue is not None:
            self.queue.warm_up()

    # -- what is seen ------------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the rim of the window, which the region cannot leave, and the ring."""
        if not self._answer.window.is_empty and not self._released:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, offset in RIM:
                pen = QPen(color, 1.0)
                pen.setDashPattern([3.0, 3.0])
                pen.setDashOffset(offset)
                painter.setPen(pen)
                painter.drawRect(rect_of(self._answer.window, transform).adjusted(0.5, 0.5, -0.5, -0.5))
        super().draw(painter, transform)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around ring and rim."""
        ring = super().preview_rect(transform)
        return ring if self._answer.window.is_empty else ring.united(rect_of(self._answer.window, transform))

    # -- the stroke --------------------------------------------------------------------------------------------------

    def _begin(self, pointer: Pointer) -> Recorder | None:
        self.document.settle()  # what one stroke is about must not be taken for the other's
        title = self._start(pointer)
        if not title:
            return None
        self._rest.stop()
        if self.queue is not None and not self._is_prepared(pointer.point):
            self.queue.stop_preparing()
        self._decide = self._decider(self.queue.windows) if self.queue is not None else None
        recorder = self.document.begin(title, self._settle, self._erases)
        self._area, self._answer = StrokeArea(), NO_ANSWER
        self._answered = self._asked = 0
        self._prepared = None
        self._released = self._failed = False
        return recorder

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        self._area.add(covered)
        patch, painting = self.document.patch, self._pen(covered)
        if painting is None or covered.box.is_empty:
            return
        if patch is not None and patch.holds(covered.box):
            patch.paint(*painting)
            self._shown = self._shown.united(covered.box)
            self.document.show_patch(patch, covered.box)
        else:
            self._show()

    def _prepare(self) -> None:
        at, label_map = self._at, self.document.label_map
        if self.queue is None or self._recorder is not None or at is None or label_map is None:
            return
        covered = dab(at, self.options.radius, self.options.shape, *label_map.shape)
        if self.queue.ready and not covered.box.is_empty and not self._is_prepared(at):
            self._prepared = at
            decide = self._decider(self.queue.windows)
            if decide is not None:
                self.queue.prepare(partial(decide, covered))

    def _is_prepared(self, point: Point) -> bool:
        return self._prepared is not None and math.dist(point, self._prepared) < NEAR

    def _ask(self) -> None:
        if self._decide is not None and self._recorder is not None and not self._failed and len(self._area):
            assert self.queue is not None
            self.queue.ask(self._question)

    def _question(self) -> Question:
        count, area, decide = len(self._area), self._area, self._decide
        assert decide is not None
        self._asked = count
        return Question(
            lambda: decide(area.merged(count)), partial(self._take, self._recorder, count), self._take_failure
        )

    def _take(self, recorder: Recorder | None, count: int, answer: Answer) -> None:
        if recorder is None or recorder is not self._recorder:
            return
        self._answer, self._answered = answer, count
        self.preview_changed.emit()
        if self._released and count == len(self._area):
            self._finish()
        else:
            self._show()

    def _take_failure(self, error: Exception) -> None:
        """Tell it once; this stroke leaves what the pen alone leaves."""
        self._failed = True
        self.error.emit(error)
        if self._released:
            self._finish()

    def _paintings(self) -> Iterable[Painting]:
        """Yield the last decision, and what the pen has covered since."""
        yield from self._answer.paintings
        for part in self._area.parts[self._answered :]:
            painting = self._pen(part)
            if painting is not None:
                yield painting

    def _paint(self, target: Target) -> None:
        for painting in self._paintings():
            target.paint(*painting)

    def _show(self) -> None:
        label_map, before = self.document.label_map, self._shown
        assert label_map is not None
        box = EMPTY
        for painting in self._paintings():
            box = box.united(painting.box)
        if box.width * box.height > LIVE_PIXELS:
            return
        self._shown = box
        if box.is_empty:
            self.document.show_patch(None, before)
            return
        patch = StrokePreview(label_map, _on_grid(box).clipped(*label_map.shape), self.document.policy)
        self._paint(patch)
        self.document.show_patch(patch, before.united(box))

    def _settle(self) -> None:
        """Paint what is known by now."""
        if self._recorder is not None:
            self._paint(self._recorder)

    def _finish(self) -> None:
        if self._recorder is not None:
            self._settle()
            self.document.commit(self._recorder)

    def _forget(self) -> None:
        super()._forget()
        self._prepared = None

    def _look(self) -> None:
        """Forget a stroke that was committed or taken back, by whomever."""
        if self._recorder is None or not self._recorder.closed:
            return
        self._recorder = None
        self._released = False
        if self.queue is not None:
            self.queue.cancel()
        self._decide = None
        self._area, self._answer = StrokeArea(), NO_ANSWER
        shown, self._shown = self._shown, EMPTY
        self.document.show_patch(None, shown)
        self.preview_changed.emit()


def rect_of(box: Box, transform: ViewTransform) -> QRectF:
    """Return where a box of the image is in the view."""
    return transform.rect_to_view(QRectF(box.left, box.top, box.width, box.height))


def _on_grid(box: Box) -> Box:
    g = PATCH_GRID
    return Box(box.left // g * g, box.top // g * g, -(-box.right // g) * g, -(-box.bottom // g) * g)
