"""A smart stroke as the person lives it; the core is a stand-in that answers when the test says so."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, RIGHT, SHIFT
from app.canvas.view_transform import ViewTransform
from app.tools import crf_stroke
from app.tools.network_probabilities import evidence
from app.tools.smart_stroke import SmartStrokeTool
from segcore.editing import Box
from segcore.editing.paint_policy import PaintPolicy
from segcore.labels.label_map import Provenance
from segcore.labels.probability_map import ProbabilityMap
from tests.app.tools.stand_in_core import (
    GROWN_PEN,
    LONG_PEN,
    PEN,
    SHAPE,
    at,
    painted,
    quiet,
    seen,
)

GROWN_LONG_PEN = Box(90, 90, 210, 110)


def test_the_pen_is_seen_at_once_then_the_region_and_nothing_is_an_edit_before_the_release(
    qtbot, tool, document, jobs, core
):
    core.gate.clear()
    tool.press(at(100, 100))
    assert seen(document) == PEN
    core.gate.set()
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    tool.drag(at(200, 100))
    assert seen(document).right == 202
    qtbot.waitUntil(lambda: seen(document) == GROWN_LONG_PEN)
    assert painted(document).is_empty
    tool.release(at(200, 100))
    assert painted(document) == GROWN_LONG_PEN  # decided already: the release waits for nothing
    assert document.patch is None
    assert (document.label_map.provenance[GROWN_LONG_PEN.slices] == Provenance.PAINTED).all()
    assert (document.label_map.provenance == Provenance.PAINTED).sum() == 120 * 20
    assert document.undo_name == "Smart stroke"
    document.undo()
    assert painted(document).is_empty
    assert (document.label_map.provenance == Provenance.UNTOUCHED).all()
    assert document.undo_name == ""
    document.redo()
    assert painted(document) == GROWN_LONG_PEN
    assert core.threads == {"lane-crf"}


def test_one_decision_runs_and_one_waits_however_far_the_pen_goes(qtbot, tool, document, core):
    core.gate.clear()
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: len(core.started) == 1)
    for x in range(101, 201):
        tool.drag(at(x, 100))
    qtbot.wait(20)
    assert core.started == [(1, PEN)]
    core.gate.set()
    qtbot.waitUntil(lambda: seen(document) == GROWN_LONG_PEN)
    assert core.started == [(1, PEN), (1, LONG_PEN)]
    assert core.closed == 0
    tool.cancel()


def test_the_release_drops_the_decision_that_is_behind_and_waits_for_the_last(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: len(core.started) == 1)
    tool.drag(at(200, 100))
    tool.release(at(200, 100))
    qtbot.waitUntil(lambda: len(core.started) == 2)
    assert core.closed == 1
    assert painted(document).is_empty
    assert seen(document) == LONG_PEN
    core.gate.set()
    qtbot.waitUntil(lambda: painted(document) == GROWN_LONG_PEN)
    assert document.patch is None
    assert core.started[1] == (1, LONG_PEN)
    assert quiet(jobs)


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("how", ["escape", "undo"])
def test_escape_and_undo_drop_the_stroke_while_it_is_decided(qtbot, tool, document, jobs, core, how, released):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.drag(at(200, 100))
    if released:
        tool.release(at(200, 100))
    assert document.undo_name == "Smart stroke"
    assert tool.cancel() if how == "escape" else document.undo() is None
    assert document.patch is None
    assert seen(document).is_empty
    core.gate.set()
    if not released:
        tool.drag(at(250, 100))
        tool.release(at(250, 100))
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    assert document.undo_name == document.redo_name == ""
    assert not tool.cancel()
    tool.press(at(100, 100))  # and the next stroke is as good as any
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)


def test_without_a_lane_the_pen_paints(document, core):
    options = ToolOptions()
    options.set_radius(2)
    tool = SmartStrokeTool(document, options)
    tool.press(at(100, 100))
    tool.drag(at(200, 100))
    tool.release(at(200, 100))
    assert painted(document) == LONG_PEN
    assert core.made == []


@pytest.mark.parametrize("how", [{"button": RIGHT}, {"modifiers": CTRL}])
def test_right_or_ctrl_empties_the_region(qtbot, tool, document, core, how):
    document.label_map.labels[:] = 2
    document.label_map.provenance[:] = Provenance.PREDICTED
    tool.press(at(100, 100, **how))
    assert core.made[0]["value"] == 255
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: document.undo_name != "" and not document.stroke_in_progress)
    assert painted(document, 255) == GROWN_PEN
    assert (document.label_map.provenance[GROWN_PEN.slices] == Provenance.UNTOUCHED).all()


def test_shift_goes_straight_from_the_last_stroke(qtbot, tool, document, core):
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)
    tool.press(at(200, 100, modifiers=SHIFT))
    tool.release(at(200, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_LONG_PEN)


def test_the_overwrite_policy_holds_for_what_is_shown_and_for_what_is_done(qtbot, tool, document, core):
    document.label_map.labels[:, :100] = 0
    document.set_policy(PaintPolicy(frozenset({255})))
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: seen(document) == Box(100, 90, 110, 110))
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == Box(100, 90, 110, 110))
    assert (document.label_map.labels[:, :100] == 0).all()


def test_the_network_is_asked_where_there_is_a_prediction(tool, document, core):
    assert evidence(document)[0] is None
    assert evidence(document)[1].tolist() == [0, 1, 2]
    probabilities = np.zeros((2, *SHAPE), np.uint8)
    probabilities[0, 10:20, 30:50] = 51
    probabilities[1, 10:20, 30:50] = 204
    nothing = np.zeros(SHAPE, np.uint8)
    document.set_prediction(
        ProbabilityMap(probabilities, nothing, nothing, np.array([0, 2], np.uint8), "m"), accept=False
    )
    found, values = evidence(document)
    assert values.tolist() == [0, 2]
    window = found(Box(30, 10, 32, 11))
    assert window.dtype == np.float32
    assert window.ravel().tolist() == pytest.approx([0.2, 0.2, 0.8, 0.8])


def test_the_rim_of_the_window_is_seen_while_the_pen_is_down(qtbot, tool, document, core):
    transform = ViewTransform(2.0, 10.0, 0.0)
    tool.press(at(100, 100))
    assert tool.preview_rect(transform).width() < 40
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    window = tool.queue.windows.around(PEN).box
    rim = QRectF(2 * window.left + 10, 2 * window.top, 2 * window.width, 2 * window.height)
    assert tool.preview_rect(transform).contains(rim)
    tool.release(at(100, 100))
    assert tool.preview_rect(transform).width() < 40


def test_a_huge_stroke_is_not_shown_while_it_is_decided_but_done(qtbot, tool, document, core, monkeypatch):
    monkeypatch.setattr(crf_stroke, "LIVE_PIXELS", 200)
    tool.press(at(100, 100))
    assert seen(document) == PEN
    tool.drag(at(200, 100))
    qtbot.waitUntil(lambda: tool._answered == 2)
    assert seen(document).right <= 202  # what fits the patch that is there
    tool.release(at(200, 100))
    assert painted(document) == GROWN_LONG_PEN
    assert document.patch is None


def test_a_stroke_that_begins_outside_counts_from_the_rim(tool, document, core):
    tool.press(at(-50, 100))
    assert document.patch is None
    tool.drag(at(3, 100))
    assert seen(document).left == 0
    tool.cancel()


def test_a_stroke_outside_the_image_is_no_edit(qtbot, tool, document, jobs, core):
    tool.press(at(-50, -50))
    tool.drag(at(-60, -20))
    tool.release(at(-60, -20))
    assert document.undo_name == ""
    assert core.started == []
