"""Edge refine: a band is drawn, its labels are decided anew; the core is a stand-in."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, RIGHT, Pointer
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools import crf_queue
from app.tools.toolbox import RADII, make_tools
from segcore.editing.brush import Point
from segcore.interactive import edge_refine
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
SHAPE = 200, 300
EDGE = 150
"""Where the stand-in finds the edge in the image: class 0 on its left, 2 on its right, in the band only."""


class Band:
    made: list[Band]

    def __init__(self, image, labels, provenance, probabilities, values, parameters=None, windows=None):
        self.labels = labels
        self.values = values
        self.windows = windows
        Band.made.append(self)

    def decide(self, band):
        yield Progress(0, 1)
        box, mask = band
        columns = np.arange(box.left, box.right)[None].repeat(box.height, 0)
        before = self.labels[box.slices]
        return edge_refine.Redecision(box, np.where(mask, np.where(columns < EDGE, 0, 2), before).astype(np.uint8))


@pytest.fixture
def canvas(qtbot, monkeypatch):
    monkeypatch.setattr(Band, "made", [], raising=False)
    monkeypatch.setattr(edge_refine, "EdgeRefine", Band)
    monkeypatch.setattr(crf_queue, "open_torch_libraries", lambda: False)
    jobs, document = JobRunner(), Document()
    monkeypatch.setattr(crf_queue, "_tried", lambda: None)
    options = ToolOptions(radii=RADII)
    canvas = Canvas(document, make_tools(document, options, jobs), options)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 140:] = 2
    label_map = LabelMap(labels, np.full(SHAPE, Provenance.PREDICTED, np.uint8))
    document.show(LoadedImage("a.png", np.zeros((*SHAPE, 3), np.uint8), label_map))
    canvas.set_tool("edge")
    canvas.options.set_radius(15)
    yield canvas
    jobs.shutdown()
    document.clear_image()


@pytest.fixture
def document(canvas):
    return canvas.document


def at(x: float, y: float, button=LEFT) -> Pointer:
    return Pointer(Point(x, y), 1.0, button, Qt.KeyboardModifier.NoModifier)


def settled(document: Document) -> bool:
    return not document.stroke_in_progress


def test_the_border_moves_under_the_band_only_as_one_edit(qtbot, canvas, document):
    tool, before = canvas.tool, document.label_map.labels.copy()
    tool.press(at(145, 50))
    tool.drag(at(145, 100))
    qtbot.waitUntil(lambda: document.patch is not None)
    assert np.array_equal(document.label_map.labels, before)
    tool.release(at(145, 100))
    qtbot.waitUntil(lambda: settled(document))
    changed = document.label_map.labels != before
    assert changed[50:101, 140:150].all()
    assert changed.sum() == changed[20:131, 140:150].sum()
    assert (document.label_map.labels[changed] == 0).all()
    assert ((document.label_map.provenance == Provenance.PAINTED) == changed).all()
    assert document.patch is None
    assert document.undo_name == "Edge refine"
    document.undo()
    assert np.array_equal(document.label_map.labels, before)
    assert document.undo_name == ""


def test_several_classes_in_one_stroke(qtbot, canvas, document):
    document.label_map.labels[:, 100:200] = 1
    tool = canvas.tool
    tool.press(at(140, 50))
    tool.drag(at(160, 50))
    tool.release(at(160, 50))
    qtbot.waitUntil(lambda: settled(document))
    assert document.label_map.labels[50, 130:170].tolist() == [0] * 20 + [2] * 20
    assert Band.made[0].values.tolist() == [0, 1, 2]


def test_a_border_that_fits_is_no_edit_and_that_is_said(qtbot, canvas, document):
    document.label_map.labels[:, :EDGE] = 0
    tool = canvas.tool
    tool.press(at(145, 50))
    with qtbot.waitSignal(canvas.message) as said:
        tool.release(at(145, 50))
    assert "fits already" in said.args[0]
    assert document.undo_name == ""


def test_the_right_button_does_nothing(canvas, document):
    tool = canvas.tool
    tool.press(at(145, 50, RIGHT))
    tool.drag(at(145, 90))
    tool.release(at(145, 90))
    assert not document.stroke_in_progress
    assert Band.made == []


def test_the_band_is_seen_while_it_is_drawn_and_gone_afterwards(qtbot, canvas, document):
    canvas.zoom_to(1.0, QPointF(0, 0))
    tool, pixel = canvas.tool, (145, 75)
    x, y = (round(v) for v in canvas.transform.to_view(Point(*pixel)).toTuple())

    def color():
        return canvas.grab().toImage().pixelColor(x, y)

    plain = color()
    tool.press(at(145, 50))
    tool.drag(at(145, 100))
    assert color().lightness() > plain.lightness() + 30
    band = canvas.transform.rect_to_view(QRectF(130, 35, 30, 80))
    assert tool.preview_rect(canvas.transform).contains(band)
    tool.release(at(145, 100))
    qtbot.waitUntil(lambda: settled(document))
    tool.hover(None)
    assert tool.preview_rect(canvas.transform).isEmpty()
    document.undo()
    assert color() == plain


def test_escape_restores(qtbot, canvas, document):
    before = document.label_map.labels.copy()
    tool = canvas.tool
    tool.press(at(145, 50))
    qtbot.waitUntil(lambda: document.patch is not None)
    assert tool.cancel()
    assert document.patch is None
    assert np.array_equal(document.label_map.labels, before)
    assert document.undo_name == ""


def test_choosing_the_tool_says_what_to_do_and_warms_the_engine(qtbot, canvas):
    said = []
    canvas.message.connect(said.append)
    canvas.set_tool("smart")
    canvas.set_tool("brush")
    assert len(said) == 1
    assert "scribble" in said[0]
    qtbot.waitUntil(lambda: canvas._tools["edge"].queue.ready)
