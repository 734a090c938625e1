"""The desk: the document and the tools of the window, offscreen, with a hand that never slips."""

from __future__ import annotations

import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, Pointer
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools.brush import BrushTool
from app.tools.crf_queue import CrfQueue
from app.tools.pen import PenTool
from app.tools.polygon import PolygonTool
from app.tools.smart_stroke import SmartStrokeTool
from benchmarks.person.gesture import Outline, Stroke
from segcore.editing import Recorder
from segcore.editing.box import Box
from segcore.editing.brush import Covered, Point
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

STEP = 3
"""Pixels of way between two events of the pointer."""
PATIENCE = 60.0
"""Seconds after which a smart stroke that has no answer is a failure."""


class SteadyHand(PenTool):
    """A pen that covers nothing outside ``allowed``, bool [H, W]: the person goes round what does not belong there."""

    allowed: np.ndarray
    covered: np.ndarray

    def prepare(self, allowed: np.ndarray) -> None:
        """Stay within ``allowed`` from now on, and begin to keep in ``covered``, bool [H, W], what was painted."""
        self.allowed, self.covered = allowed, np.zeros_like(allowed)

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        mask = covered.mask & self.allowed[covered.box.slices]
        self.covered[covered.box.slices] |= mask
        super()._cover(recorder, Covered(covered.box, mask))


class SteadyBrush(SteadyHand, BrushTool):
    """The brush in a steady hand."""


class SteadySmartStroke(SteadyHand, SmartStrokeTool):
    """The smart stroke in a steady hand."""


class Desk(QObject):
    """One document and its tools. Use one at a time; `close` it."""

    def __init__(self, classes: ClassSet) -> None:
        self.app = QGuiApplication.instance() or QGuiApplication([])
        super().__init__()
        self.document = Document(self)
        self.document.set_classes(classes)
        self.options = ToolOptions(self)
        self.brush = SteadyBrush(self.document, self.options, self)
        self.smart = SteadySmartStroke(self.document, self.options, self)
        self.polygon = PolygonTool(self.document, self.options, self)
        self.jobs = JobRunner(self)
        self.smart.queue = CrfQueue(self.document, self.jobs, self)

    @property
    def label_map(self) -> LabelMap:
        """The label map of the open image."""
        assert self.document.label_map is not None
        return self.document.label_map

    def open(self, name: str, image: np.ndarray) -> None:
        """Show an image, uint8 [H, W, 3], that has no labels yet."""
        self.document.show(LoadedImage(name, image, LabelMap.blank(*image.shape[:2])))

    def draw(self, stroke: Stroke, allowed: np.ndarray, smart: bool = False) -> Covered:
        """Draw a stroke with the pointer, wait for what it brings, and return what the pen covered."""
        tool = self.smart if smart else self.brush
        tool.prepare(allowed)
        self.document.set_active_class(stroke.value)
        self.options.set_radius(max(1.0, stroke.radius / 2) if smart else stroke.radius)
        points = [Pointer(Point(x + 0.5, y + 0.5), button=LEFT) for y, x in stroke.way]
        tool.press(points[0])
        for pointer in points[STEP:-1:STEP]:
            tool.drag(pointer)
        if len(points) > 1:
            tool.drag(points[-1])
        tool.release(points[-1])
        deadline = time.monotonic() + PATIENCE
        while self.document.stroke_in_progress and time.monotonic() < deadline:
            self.app.processEvents()
            time.sleep(0.001)
        if self.document.stroke_in_progress:
            raise TimeoutError(f"A stroke had no answer after {PATIENCE} s.")
        left, top, width, height = cv2.boundingRect(tool.covered.view(np.uint8))
        box = Box(left, top, left + width, top + height)
        return Covered(box, tool.covered[box.slices])

    def click(self, outline: Outline) -> None:
        """Click the corners of a polygon and close it."""
        self.document.set_active_class(outline.value)
        for corner in outline.corners:
            self.polygon.press(Pointer(corner, scale=1000.0, button=LEFT))
        if not self.polygon.finish():
            self.polygon.cancel()

    def close(self) -> None:
        """End the threads."""
        self.document.clear_image()
        self.jobs.shutdown()
