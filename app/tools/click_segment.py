"""ClickSegmentTool: click a thing, and a network of the SAM family finds its pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QPainter

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, RIGHT, Pointer, Tool, double_line
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.document.stroke_preview import StrokePreview
from app.jobs.job_runner import Job, JobRunner
from app.tools.prompt_lane import LANE, PromptLane, sharpen
from segcore.editing.brush import NOTHING, Covered, Point
from segcore.prompting.prompt import Prompt

if TYPE_CHECKING:
    from segcore.prompting.network_files import NetworkFiles

FAR = 4.0
"""View pixels: dragging farther draws a box."""
DOT = 5.0
"""View pixels: radius of a point."""
INSIDE, OUTSIDE = QColor(60, 200, 90), QColor(235, 70, 70)


class ClickSegmentTool(Tool):
    """Left adds to the thing, right, or Ctrl held, takes away, dragging draws a box; Enter paints what is shown.

    Attributes
    ----------
    jobs : JobRunner or None
        None: it does nothing.
    files : callable
        Returns the network's files; None when there are none.
    following : callable
        Returns the file of the image that comes next, which is looked at ahead; None when there is none.
    """

    files_needed = Signal()
    """It was chosen, and there is no network."""

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self.jobs: JobRunner | None = None
        self.files: Callable[[], NetworkFiles | None] = lambda: None
        self.following: Callable[[], Path | None] = lambda: None
        self._lane = PromptLane()
        self._steps: list[Prompt] = []
        self._undone: list[Prompt] = []
        self._pressed: Pointer | None = None
        self._at: Point | None = None
        self._found: Covered = NOTHING
        self._job: Job | None = None
        self._ahead: Job | None = None
        self._entered = False
        document.image_changed.connect(self._image_changed)
        document.active_class_changed.connect(lambda *_: self._show(self._found))

    @property
    def prompt(self) -> Prompt:
        """What is pointed at."""
        return self._steps[-1] if self._steps else Prompt()

    @property
    def waits(self) -> bool:
        """Whether an answer is on its way."""
        return self._job is not None

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr(
            "Click a thing, or drag a box around it. Right click what does not belong to it. Enter paints it."
        )

    def enter(self) -> None:
        """Look at the image, so that the first click is answered at once."""
        self._entered = True
        if self.files() is None:
            self.files_needed.emit()
        self._look()

    def leave(self) -> None:
        """Drop the prompt."""
        self._entered = False
        super().leave()

    def look_again(self) -> None:
        """Take note that there is another network."""
        self.cancel()
        if self._entered:
            self._look()

    # -- the pointer -------------------------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> None:
        """Remember where."""
        if self.document.image is not None and pointer.button in (LEFT, RIGHT):
            self._pressed, self._at = pointer, pointer.point

    def drag(self, pointer: Pointer) -> None:
        """Draw a box."""
        if self._pressed is not None:
            self._at = pointer.point
            self.preview_changed.emit()

    def release(self, pointer: Pointer) -> None:
        """Add the point or the box."""
        pressed, self._pressed = self._pressed, None
        image = self.document.image
        if pressed is None or image is None:
            return
        if self.files() is None:
            self.files_needed.emit()
            return
        height, width = image.shape[:2]
        first, last = (_inside(point, width, height) for point in (pressed.point, pointer.point))
        outside = pressed.button == RIGHT or pressed.holds(CTRL)
        far = max(abs(last.x - first.x), abs(last.y - first.y)) * pointer.scale > FAR
        if far and not outside:
            box = (min(first.x, last.x), min(first.y, last.y), max(first.x, last.x), max(first.y, last.y))
            self._take(replace(self.prompt, box=box))
        elif first == pressed.point:  # a click beside the image means nothing
            self._take(replace(self.prompt, points=(*self.prompt.points, (first.x, first.y, not outside))))
        self.preview_changed.emit()

    def double_click(self, pointer: Pointer) -> None:
        """Paint; the first press of the double click has set a point."""
        if pointer.button == LEFT and not self._found.box.is_empty:
            self.finish()

    # -- keys --------------------------------------------------------------------------------------------------------

    def finish(self) -> bool:
        """Paint what is shown."""
        found = self._found
        if found.box.is_empty:
            return False
        value = self.document.active_class
        self.cancel()
        recorder = self.document.begin(self.tr("Click to segment"))
        recorder.paint(found.box, found.mask, value)
        self.document.commit(recorder)
        return True

    def step_back(self) -> bool:
        """Take the last point or box back."""
        if not self._steps:
            return False
        self._undone.append(self._steps.pop())
        self._ask()
        return True

    def step_forward(self) -> bool:
        """Put it back."""
        if not self._undone:
            return False
        self._steps.append(self._undone.pop())
        self._ask()
        return True

    def step_back_name(self) -> str:
        """Return the name of a step, when there is one."""
        return self.tr("point") if self._steps else ""

    def step_forward_name(self) -> str:
        """Return the name of a step, when one was taken back."""
        return self.tr("point") if self._undone else ""

    def cancel(self) -> bool:
        """Drop the prompt."""
        had = bool(self._steps) or self._pressed is not None
        self._steps, self._undone, self._pressed = [], [], None
        self._stop()
        self._show(NOTHING)
        self.steps_changed.emit()
        self.preview_changed.emit()
        return had

    # -- what is seen ------------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the points and the box."""
        dark, light = double_line(painter)
        for box in self._boxes():
            rect = QRectF(transform.to_view(Point(box[0], box[1])), transform.to_view(Point(box[2], box[3])))
            for pen in (dark, light):
                painter.setPen(pen)
                painter.drawRect(rect)
        light.setWidthF(1.6)
        painter.setPen(light)
        for x, y, inside in self.prompt.points:
            painter.setBrush(INSIDE if inside else OUTSIDE)
            painter.drawEllipse(transform.to_view(Point(x, y)), DOT, DOT)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around them."""
        corners = [Point(x, y) for x, y, _ in self.prompt.points]
        corners += [Point(*each) for box in self._boxes() for each in (box[:2], box[2:])]
        found = QRectF()
        for corner in corners:
            at = QPointF(transform.to_view(corner))
            found = found.united(QRectF(at.x() - 2 * DOT, at.y() - 2 * DOT, 4 * DOT, 4 * DOT))
        return found

    def _boxes(self) -> list[tuple[float, float, float, float]]:
        boxes = [self.prompt.box] if self.prompt.box is not None else []
        if self._pressed is not None and self._at is not None and self._pressed.button == LEFT:
            first, last = self._pressed.point, self._at
            boxes = [(min(first.x, last.x), min(first.y, last.y), max(first.x, last.x), max(first.y, last.y))]
        return boxes

    def _show(self, found: Covered) -> None:
        before, label_map = self._found.box, self.document.label_map
        self._found = found
        if label_map is None or (found.box.is_empty and before.is_empty):
            return
        patch = None
        if not found.box.is_empty:
            patch = StrokePreview(label_map, found.box, self.document.policy)
            patch.paint(found.box, found.mask, self.document.active_class)
        self.document.show_patch(patch, before.united(found.box))

    # -- the network -------------------------------------------------------------------------------------------------

    def _take(self, prompt: Prompt) -> None:
        self._steps.append(prompt)
        self._undone = []
        self._ask()

    def _ask(self) -> None:
        """Ask for the mask of the prompt; an older question is dropped."""
        self._stop()
        self.steps_changed.emit()
        self.preview_changed.emit()
        if self.prompt.is_empty:
            self._show(NOTHING)
            return
        image = self.document.image
        if image is not None:
            self._submit(self.prompt, partial(self._answered, image))

    def _look(self) -> None:
        """Let the network look at the open image, then at the next one."""
        self._submit(Prompt(), lambda _: self._look_ahead())

    def _submit(self, prompt: Prompt, answered: Callable[[Covered], None]) -> None:
        image, files = self.document.image, self.files()
        if image is None or files is None or self.jobs is None:
            return
        title = self.tr("Click to segment")
        job = self._job = self.jobs.submit(LANE, partial(self._lane.answer, files, image, prompt), title)
        job.succeeded.connect(answered)
        job.failed.connect(self.error)
        job.ended.connect(partial(self._ended, job))

    def _look_ahead(self) -> None:
        files, path = self.files(), self.following()
        if self.jobs is None or files is None or path is None:
            return
        self._ahead = self.jobs.submit(LANE, partial(self._lane.prepare, files, path), quiet=True)

    def _answered(self, image: NDArray[np.uint8], found: Covered) -> None:
        self._show(found)
        if found.box.is_empty:
            self.message.emit(self.tr("Nothing was found there. Click its middle, or drag a box around it."))
        elif self.jobs is not None:
            job = self._job = self.jobs.submit("crf", partial(sharpen, image, found), quiet=True)
            job.succeeded.connect(self._show)
            job.failed.connect(self.error)
            job.ended.connect(partial(self._ended, job))

    def _ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def _stop(self) -> None:
        for job in (self._job, self._ahead):
            if job is not None:
                job.cancel()
        self._job = self._ahead = None

    def _image_changed(self) -> None:
        self._found = NOTHING
        self.cancel()
        if self._entered and self.document.image is not None:
            self._look()


def _inside(point: Point, width: int, height: int) -> Point:
    return Point(min(max(point.x, 0.0), float(width)), min(max(point.y, 0.0), float(height)))
