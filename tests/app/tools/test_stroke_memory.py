from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.canvas.tool import RIGHT
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools.brush import BrushTool
from app.tools.toolbox import RADII, make_tools
from segcore.editing import Box
from segcore.editing.paint_policy import PaintPolicy
from segcore.interactive.stroke_record import Origin
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from tests.app.tools.stand_in_core import (
    GROWN_PEN,
    PEN,
    SHAPE,
    at,
    loaded,
)


# -- what is known of the strokes ------------------------------------------------------------------------------------
def scribbled(tool) -> int:
    """How many pixels count as scribble for the next stroke."""
    origins = tool._memory.origins
    return 0 if origins is None else int((origins(Box(0, 0, SHAPE[1], SHAPE[0])) == Origin.SCRIBBLE).sum())


def stroke(qtbot, tool, document, x: float) -> None:
    tool.press(at(x, 100))
    tool.release(at(x, 100))
    qtbot.waitUntil(lambda: not document.stroke_in_progress)


DAB = 12
"""Pixels that a dab of radius 2 covers at the corner of four pixels: 4 x 4 without its corners."""


def test_undo_redo_and_another_image_take_the_scribbles_along(qtbot, tool, document, core):
    assert tool._memory.origins is None
    stroke(qtbot, tool, document, 100)
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(GROWN_PEN) != Origin.UNKNOWN).all()
    stroke(qtbot, tool, document, 200)
    assert scribbled(tool) == 2 * DAB
    document.undo()
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(Box(150, 0, 400, 300)) == Origin.UNKNOWN).all()
    document.redo()
    assert scribbled(tool) == 2 * DAB
    stroke(qtbot, tool, document, 300)
    assert core.made[-1]["origins"](PEN).sum() == DAB * Origin.SCRIBBLE
    document.show(loaded("b.png"))
    assert tool._memory.origins is None


def test_what_is_brushed_over_a_stroke_is_by_hand(qtbot, tool, document, core):
    stroke(qtbot, tool, document, 100)
    brush = BrushTool(document, tool.options)
    document.set_active_class(2)
    brush.press(at(100, 100))
    brush.release(at(100, 100))
    assert scribbled(tool) == 0
    document.undo()
    assert scribbled(tool) == DAB


def test_a_stroke_that_changes_nothing_does_not_lend_its_scribble_to_the_next_edit(qtbot, tool, document, core):
    stroke(qtbot, tool, document, 100)
    document.set_active_class(1)
    stroke(qtbot, tool, document, 100)
    brush = BrushTool(document, tool.options)
    brush.press(at(200, 100))
    brush.release(at(200, 100))
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(Box(190, 90, 210, 110)) == Origin.UNKNOWN).all()


def test_a_scribble_over_a_protected_class_and_an_eraser_are_no_evidence(qtbot, tool, document, core):
    document.label_map.labels[:, :100] = 0
    document.set_policy(PaintPolicy(frozenset({1, 255})))
    stroke(qtbot, tool, document, 100)
    assert scribbled(tool) == DAB / 2
    tool.press(at(100, 100, RIGHT))
    tool.release(at(100, 100, RIGHT))
    qtbot.waitUntil(lambda: not document.stroke_in_progress)
    assert scribbled(tool) == 0


# -- the whole way: mouse, canvas, engine ----------------------------------------------------------------------------
@pytest.fixture
def canvas(qtbot):
    jobs, document, options = JobRunner(), Document(), ToolOptions(radii=RADII)
    canvas = Canvas(document, make_tools(document, options, jobs), options)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    document.show(LoadedImage("a.png", yellow_square(), LabelMap.blank(*SHAPE)))
    canvas.set_tool("smart")
    canvas.show()
    yield canvas
    jobs.shutdown()
    document.clear_image()


SQUARE = Box(150, 100, 230, 180)


def yellow_square():
    image = np.full((*SHAPE, 3), (60, 70, 160), np.int16)
    image[SQUARE.slices] = (220, 210, 60)
    return (image + np.random.default_rng(0).integers(-6, 7, image.shape)).astype(np.uint8)


def draw(qtbot, canvas, value: int, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points of the image, and wait for the edit."""
    document, left = canvas.document, Qt.MouseButton.LeftButton
    document.set_active_class(value)
    first, *others = [
        (canvas.transform.rect_to_view(QRectF(QPointF(x, y), QPointF(x, y))).topLeft()).toPoint() for x, y in points
    ]
    QTest.mousePress(canvas, left, Qt.KeyboardModifier.NoModifier, first)
    for point in others:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, left, Qt.KeyboardModifier.NoModifier, others[-1])
    qtbot.waitUntil(lambda: not document.stroke_in_progress)


def in_square(canvas, value: int) -> float:
    """Share of the square that has this class."""
    return float((canvas.document.label_map.labels[SQUARE.slices] == value).mean())


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_the_right_stroke_takes_back_what_the_wrong_one_flooded_also_after_a_fill_and_after_the_image_was_left(
    qtbot, canvas
):
    document = canvas.document
    wrong, right = [(165, 120), (215, 120)], [(165, 150), (215, 150)]
    draw(qtbot, canvas, 2, *right)
    alone = in_square(canvas, 2)
    assert alone > 0.9
    document.undo()
    draw(qtbot, canvas, 1, *wrong)
    assert in_square(canvas, 1) > 0.9
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.5 * alone, "what is nearer to it than to the wrong one"
    assert document.label_at(190, 120) == 1, "a scribble stays where no other runs over it"
    document.undo()
    assert in_square(canvas, 1) > 0.9
    document.undo()
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) == pytest.approx(alone, abs=0.01), "the scribble that was undone is no evidence"

    document.undo()
    draw(qtbot, canvas, 1, *wrong)
    left_and_back = LoadedImage("a.png", document.image, document.label_map)
    document.show(left_and_back)
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.8 * alone

    document.show(LoadedImage("b.png", document.image, LabelMap.blank(*SHAPE)))
    canvas.set_tool("fill")
    draw(qtbot, canvas, 0, (10, 10), (10, 10))
    assert (document.label_map.labels == 0).all()
    canvas.set_tool("smart")
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.8 * alone
