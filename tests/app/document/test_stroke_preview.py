"""A patch is seen exactly as the edit that it announces, in every view, and is no edit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.document.stroke_preview import StrokePreview
from app.tools.toolbox import make_tools
from segcore.editing import Box
from segcore.editing.paint_policy import PaintPolicy
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
SHAPE = 120, 170
BOX = Box(31, 17, 110, 89)


@pytest.fixture
def canvas(qtbot):
    document, options = Document(), ToolOptions()
    canvas = Canvas(document, make_tools(document, options), options)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    yield canvas
    canvas.document.clear_image()


@pytest.fixture
def document(canvas):
    document = canvas.document
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    rng = np.random.default_rng(3)
    image = rng.integers(0, 255, (*SHAPE, 3), np.uint8)
    labels = np.full(SHAPE, 255, np.uint8)
    labels[:, 60:] = 0
    labels[90:, :40] = 2
    one = np.zeros((3, *SHAPE), np.uint8)
    prediction = ProbabilityMap(one, labels.copy(), one[0], np.array([0, 1, 2], np.uint8), "m")
    document.show(LoadedImage("a.png", image, LabelMap(labels, np.zeros(SHAPE, np.uint8)), prediction))
    return document


def something() -> np.ndarray:
    """Bool of BOX's size: a ragged shape."""
    y, x = np.mgrid[: BOX.height, : BOX.width]
    return (np.hypot(y - 30, x - 40) < 28 + 3 * np.sin(x)) | (y == 0) | (x == BOX.width - 1)


def picture(canvas: Canvas) -> np.ndarray:
    image = canvas.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())[:, :1600].copy()


@pytest.mark.parametrize("view", [View.OVERLAY, View.OUTLINES, View.CHANGES])
@pytest.mark.parametrize("zoom", [0.37, 1.0, 1.9, 7.0, 20.0])
def test_a_patch_looks_like_the_edit_it_announces(canvas, document, view, zoom):
    canvas.view = view
    canvas.zoom_to(zoom, QPointF(131, 77))
    plain = picture(canvas)
    patch = StrokePreview(document.label_map, BOX)
    patch.paint(BOX, something(), 1)
    document.show_patch(patch, BOX)
    patched = picture(canvas)
    document.show_patch(None, BOX)
    assert np.array_equal(picture(canvas), plain)
    recorder = document.begin("Brush")
    recorder.paint(BOX, something(), 1)
    document.commit(recorder)
    painted = picture(canvas)
    assert not np.array_equal(painted, plain)
    assert np.array_equal(patched, painted)


def test_a_patch_changes_no_label_and_keeps_to_the_overwrite_policy(document):
    before = document.label_map.labels.copy()
    patch = StrokePreview(document.label_map, BOX, PaintPolicy(frozenset({255})))
    patch.paint(BOX, np.ones((BOX.height, BOX.width), np.bool_), 1)
    document.show_patch(patch, BOX)
    assert np.array_equal(document.label_map.labels, before)
    assert (document.label_map.provenance == Provenance.UNTOUCHED).all()
    free = before[BOX.slices] == 255
    assert (patch.labels[free] == 1).all()
    assert np.array_equal(patch.labels[~free], before[BOX.slices][~free])
    assert document.undo_name == ""


def test_another_image_is_shown_without_the_patch(canvas, document):
    document.show_patch(StrokePreview(document.label_map, BOX), BOX)
    document.show(LoadedImage("b.png", document.image, LabelMap.blank(*SHAPE)))
    assert document.patch is None
    picture(canvas)
    assert canvas._layers.patch is None


def test_a_stroke_that_has_to_end_is_settled_first_and_once(document):
    def settle():
        calls.append(1)
        recorder.paint(BOX, something(), 1)

    for end in (
        document.settle,
        lambda: document.commit(document.begin("Other")),
        lambda: document.show(LoadedImage("b.png", document.image, LabelMap.blank(*SHAPE))),
    ):
        calls = []
        recorder = document.begin("Late", settle)
        label_map = document.label_map
        end()
        assert calls == [1]
        assert recorder.closed
        assert (label_map.labels[BOX.slices][something()] == 1).all()
    recorder = document.begin("Late", settle)
    document.undo()
    document.settle()
    assert calls == [1]
    assert not (document.label_map.labels == 1).any()


def test_a_stroke_of_the_brush_is_not_settled(document):
    recorder = document.begin("Brush")
    document.settle()
    assert document.stroke_in_progress
    document.revert(recorder)
