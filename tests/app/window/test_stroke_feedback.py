from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAction, QKeySequence

from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, RIGHT, Pointer
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.toolbox import make_tools
from app.window.stroke_feedback import StrokeFeedback
from segcore.editing.brush import Point
from segcore.editing.paint_policy import PaintPolicy
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap


class Bench:
    """A canvas on an unlabelled image, and what is said after each stroke."""

    def __init__(self, qtbot):
        self.document = Document()
        self.document.set_classes(ClassSet.from_names(["background", "road", "car"]))
        options = ToolOptions()
        self.canvas = Canvas(self.document, make_tools(self.document, options), options)
        qtbot.addWidget(self.canvas)
        self.overlay = QAction("&Overlay")
        self.overlay.setShortcut(QKeySequence("O"))
        self.feedback = StrokeFeedback(self.document, self.canvas, self.overlay)
        self.said: list[str] = []
        self.feedback.message.connect(self.said.append)
        self.document.show(LoadedImage("a.png", np.zeros((100, 100, 3), np.uint8), LabelMap.blank(100, 100)))

    def stroke(self, x: float, y: float, button=LEFT, tool: str = "brush") -> list[str]:
        """Dab there; return what is said of it."""
        self.said.clear()
        self.canvas.set_tool(tool)
        self.canvas.tool.press(Pointer(Point(x, y), button=button))
        self.canvas.tool.release(Pointer(Point(x, y)))
        return self.said


@pytest.fixture
def bench(qtbot, qapp):
    bench = Bench(qtbot)
    bench.document.set_active_class(1)
    yield bench
    bench.document.clear_image()


def test_a_stroke_that_is_seen_needs_no_words(bench):
    assert bench.stroke(50, 50) == []


def test_what_has_the_class_already(bench):
    bench.stroke(50, 50)
    assert bench.stroke(50, 50) == ["Nothing changed: these pixels are “road” already."]
    assert bench.stroke(50, 50, tool="fill") == ["Nothing changed: these pixels are “road” already."]
    assert bench.stroke(5, 5, RIGHT) == ["Nothing changed: these pixels have no label."]


def test_what_paint_over_protects(bench):
    bench.stroke(50, 50)
    bench.document.set_active_class(2)
    bench.document.set_policy(PaintPolicy(frozenset({2, 255})))
    bench.canvas.options.set_radius(3)
    assert bench.stroke(50, 50) == ["Nothing changed: “Paint over” (toolbar) excludes “road”."]
    bench.document.set_policy(PaintPolicy(frozenset({2})))
    assert bench.stroke(5, 5) == ["Nothing changed: “Paint over” (toolbar) excludes unlabelled pixels."]


def test_what_a_lock_protects(bench):
    bench.stroke(50, 50)
    bench.document.set_policy(PaintPolicy(locked=frozenset({1})))
    told = "Nothing changed: “road” is locked. Its lock in “Classes” opens it."
    assert bench.stroke(5, 5) == [told], "it cannot be painted"
    bench.document.set_active_class(2)
    bench.canvas.options.set_radius(3)
    assert bench.stroke(50, 50) == [told], "it cannot be painted over"
    assert bench.stroke(50, 50, RIGHT) == [told], "it cannot be erased"
    assert bench.stroke(5, 5) == []


def test_what_is_painted_stays_when_only_unchecked_pixels_may_change(bench):
    bench.stroke(50, 50)
    bench.document.set_active_class(2)
    bench.document.set_policy(PaintPolicy(only_free=True))
    bench.canvas.options.set_radius(3)
    told = "Nothing changed: “Paint over” (toolbar) excludes what is painted or confirmed."
    assert bench.stroke(50, 50) == [told]
    assert bench.stroke(5, 5) == []


@pytest.mark.parametrize("tool", ["brush", "eraser", "fill"])
def test_outside_the_image(bench, tool):
    assert bench.stroke(-80, 50, tool=tool) == ["Nothing changed: the stroke is outside the image."]


def test_a_hidden_class_is_told_once_in_a_row(bench):
    hidden = "“background” is hidden. Its eye in “Classes” shows it."
    bench.canvas.hidden_classes = frozenset({0})
    bench.document.set_active_class(0)
    assert bench.stroke(20, 20) == [hidden]
    assert bench.stroke(70, 70) == []
    bench.document.set_active_class(1)
    assert bench.stroke(20, 70) == []
    bench.document.set_active_class(0)
    assert bench.stroke(70, 20) == [hidden]


@pytest.mark.parametrize("view", list(View))
def test_a_view_that_shows_no_labels_names_one_that_does(bench, view):
    bench.canvas.view = view
    unseen = view in (View.IMAGE, View.HEATMAP, View.UNCERTAINTY)
    told = ["This view shows no labels. Choose “Overlay” (O)."]
    assert bench.stroke(20, 20) == (told if unseen else [])


def test_a_stroke_that_is_taken_back_needs_no_words(bench):
    bench.canvas.tool.press(Pointer(Point(50, 50), button=LEFT))
    bench.canvas.tool.cancel()
    assert bench.said == []
