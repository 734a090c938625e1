"""The preview on the canvas: the visible part is refined, labels are drawn, Esc drops it."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QSlider

from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.refinement.canvas_preview import CanvasPreview
from app.refinement.live_preview import LivePreview
from app.refinement.preview_core import Preview, PreviewCore
from app.refinement.refinement import Refining
from app.tools.toolbox import make_tools
from segcore.crf import CrfParameters
from segcore.editing import Box
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture
def bench(qtbot, monkeypatch):
    class Bench:
        document, jobs, sights = Document(), JobRunner(), None

        def color(self, x, y):
            at = self.canvas.transform.rect_to_view(QRect(x, y, 1, 1).toRectF()).center()
            return self.canvas.grab().toImage().pixelColor(at.toPoint()).getRgb()[:3]

    bench = Bench()
    bench.sights = []

    def preview(window, area):
        bench.sights.append(area)
        yield Progress(0, 1)
        labels = area.label_map.labels.copy()
        labels[area.box.slices] = 1
        return Preview(labels, area.box, area.step, 100, 0.001)

    monkeypatch.setattr(PreviewCore, "preview", preview)
    window = QMainWindow()
    options = ToolOptions()
    bench.canvas = Canvas(bench.document, make_tools(bench.document, options), options)
    bench.canvas.set_opacity(View.OVERLAY, 1.0)
    window.setCentralWidget(bench.canvas)
    window.resize(400, 300)
    qtbot.addWidget(window)
    bench.window = window
    bench.live = LivePreview(bench.document, bench.jobs)
    CanvasPreview(bench.live, bench.canvas)
    bench.document.set_classes(ClassSet((SegClass(0, "a", RED), SegClass(1, "b", BLUE))))
    zeros = np.zeros((60, 80), np.uint8)
    half = np.full((2, 60, 80), 127, np.uint8)
    prediction = ProbabilityMap(half, zeros, zeros, np.array([0, 1], np.uint8), "m")
    bench.document.show(
        LoadedImage("a", np.zeros((60, 80, 3), np.uint8), LabelMap.blank(60, 80).accept(zeros), prediction)
    )
    window.show()
    yield bench
    bench.live.drop()
    bench.jobs.shutdown()


def show(qtbot, bench):
    bench.live.show(Refining(CrfParameters()))
    qtbot.waitUntil(lambda: bench.live.preview is not None and not bench.jobs.busy)


def test_labels_that_are_no_edit_yet_are_drawn_and_gone_again(qtbot, bench):
    assert bench.color(40, 40) == RED
    show(qtbot, bench)
    assert bench.color(40, 40) == BLUE
    assert (bench.document.label_map.labels == 0).all()
    assert bench.sights[0].box == Box(0, 0, 80, 60)
    bench.live.drop()
    assert bench.color(40, 40) == RED


def test_a_note_says_that_it_is_a_preview(qtbot, bench):
    plain = bench.canvas.grab().toImage().pixelColor(200, 24)
    show(qtbot, bench)
    bench.canvas.view = View.IMAGE
    without = bench.canvas.grab().toImage().pixelColor(200, 24)
    bench.canvas.view = View.OVERLAY
    assert bench.canvas._note.startswith("Preview")
    bench.live.drop()
    assert bench.canvas._note == ""
    assert plain.alpha() == without.alpha() == 255


def test_zooming_and_moving_refine_what_is_visible_rect_then(qtbot, bench):
    show(qtbot, bench)
    bench.canvas.zoom_to(16.0, QPointF(200, 150))
    qtbot.waitUntil(lambda: not bench.jobs.busy)
    box = bench.sights[-1].box
    assert 20 <= box.width <= 30
    bench.canvas.pan_by(64, 0)
    qtbot.waitUntil(lambda: not bench.jobs.busy)
    assert bench.sights[-1].box.left == box.left - 4


def test_escape_on_the_canvas_drops_it(qtbot, bench):
    show(qtbot, bench)
    QTest.keyClick(bench.canvas, Qt.Key.Key_Escape)
    assert not bench.live.active
    assert bench.color(40, 40) == RED


def test_escape_drops_what_a_tool_is_drawing_first(qtbot, bench):
    show(qtbot, bench)
    bench.canvas.set_tool("polygon")
    QTest.mouseClick(bench.canvas, Qt.MouseButton.LeftButton, pos=bench.canvas.rect().center())
    QTest.keyClick(bench.canvas, Qt.Key.Key_Escape)
    assert bench.live.active
    QTest.keyClick(bench.canvas, Qt.Key.Key_Escape)
    assert not bench.live.active


def test_escape_with_the_focus_on_a_slider_drops_it(qtbot, bench):
    slider = QSlider(bench.window)
    slider.show()
    bench.window.activateWindow()
    slider.setFocus()
    show(qtbot, bench)
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    assert not bench.live.active


def test_another_image_is_drawn_as_it_is(qtbot, bench):
    show(qtbot, bench)
    zeros = np.zeros((60, 80), np.uint8)
    bench.document.show(LoadedImage("b", np.zeros((60, 80, 3), np.uint8), LabelMap.blank(60, 80).accept(zeros)))
    assert bench.color(40, 40) == RED
    assert bench.canvas._note == ""
