from __future__ import annotations

import time

import pytest

from app.document.autosave import Autosaver
from app.tools.brush import BrushTool
from segcore.editing import Box
from segcore.editing.brush import Point
from segcore.errors import CrfError
from tests.app.tools.stand_in_core import (
    GROWN_PEN,
    LONG_PEN,
    PEN,
    at,
    box_of,
    loaded,
    painted,
    quiet,
    seen,
)


def test_undo_after_the_edit_before_takes_back_the_stroke_only(qtbot, tool, document, jobs, core):
    brush = BrushTool(document, tool.options)
    brush.press(at(20, 20))
    brush.release(at(20, 20))
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    document.undo()
    assert painted(document) == Box(18, 18, 22, 22)
    document.undo()
    assert painted(document).is_empty


@pytest.mark.parametrize("released", [False, True])
def test_another_image_keeps_what_was_seen_and_gets_nothing_itself(qtbot, tool, document, jobs, core, released):
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    core.gate.clear()
    tool.drag(at(200, 100))
    if released:
        tool.release(at(200, 100))
    first, was_seen = document.label_map, seen(document)
    assert was_seen == Box(90, 90, 202, 110)
    document.show(loaded("b.png"))
    assert box_of(first.labels == 1) == was_seen
    core.gate.set()
    if not released:
        tool.release(at(200, 100))
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    assert document.undo_name == ""
    assert box_of(first.labels == 1) == was_seen


def test_each_image_has_windows_of_its_own(qtbot, tool, document, jobs, core):
    for _ in range(2):
        tool.press(at(100, 100))
        tool.release(at(100, 100))
    document.show(loaded("b.png"))
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    first, second, third = (made["windows"] for made in core.made)
    assert first is second
    assert third is not first
    assert third.image is document.image


def test_the_next_stroke_settles_the_last_with_its_own_class(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    document.set_active_class(2)
    tool.press(at(200, 200))
    assert painted(document, 1) == PEN
    assert seen(document, 2) == Box(198, 198, 202, 202)
    core.gate.set()
    tool.release(at(200, 200))
    qtbot.waitUntil(lambda: painted(document, 2) == Box(190, 190, 210, 210))
    assert painted(document, 1) == PEN
    document.undo()
    assert painted(document, 2).is_empty
    assert painted(document, 1) == PEN
    document.undo()
    assert painted(document, 1).is_empty


def test_a_class_chosen_during_the_stroke_is_for_the_next(qtbot, tool, document, core):
    tool.press(at(100, 100))
    document.set_active_class(2)
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document, 1) == GROWN_PEN)
    assert painted(document, 2).is_empty


def test_the_brush_settles_a_stroke_that_waits(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    brush = BrushTool(document, tool.options)
    document.set_active_class(2)
    brush.press(at(20, 20))
    brush.release(at(20, 20))
    core.gate.set()
    qtbot.waitUntil(lambda: quiet(jobs))
    assert painted(document, 1) == PEN
    assert painted(document, 2) == Box(18, 18, 22, 22)
    assert document.undo_name == "Brush"


def test_another_tool_drops_a_stroke_in_progress_and_lets_a_released_one_end(qtbot, tool, document, jobs, core):
    tool.press(at(100, 100))
    tool.leave()
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    tool.leave()
    core.gate.set()
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)


def test_a_failure_is_told_once_and_the_pen_stays(qtbot, tool, document, core):
    core.error = CrfError("No room.", "Close something.")
    errors = []
    tool.error.connect(errors.append)
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: bool(errors))
    for x in (120, 150, 200):
        tool.drag(at(x, 100))
    tool.release(at(200, 100))
    assert painted(document) == LONG_PEN
    assert len(errors) == len(core.started) == 1
    assert document.undo_name == "Smart stroke"


def test_a_failure_of_the_last_decision_ends_the_stroke(qtbot, tool, document, core):
    core.gate.clear()
    core.error = CrfError("No room.", "Close something.")
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    with qtbot.waitSignal(tool.error):
        core.gate.set()
    assert painted(document) == PEN


def test_who_waits_is_told_for_what(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    with qtbot.waitSignal(tool.queue.message) as told:
        pass
    assert "engine is starting" in told.args[0]
    core.gate.set()
    qtbot.waitUntil(lambda: tool.queue.ready)
    core.gate.clear()
    tool.drag(at(120, 100))
    with qtbot.waitSignal(tool.queue.message) as told:
        pass
    assert "busy" in told.args[0]
    tool.cancel()
    with qtbot.assertNotEmitted(tool.queue.message, wait=600):
        core.gate.set()


def test_where_the_pen_rests_the_next_stroke_is_prepared_once(qtbot, tool, document, jobs, core):
    tool.hover(at(100, 100))
    qtbot.wait(150)
    assert core.started == []  # the engine is not there yet: nothing loads it for a pen that only hovers
    tool.queue.ready = True
    for x in (100, 110, 100):
        tool.hover(at(x, 100))
        qtbot.wait(120)
    qtbot.waitUntil(lambda: quiet(jobs))
    assert [box for _, box in core.started] == [PEN]
    assert seen(document).is_empty
    core.gate.clear()
    for start, closed in ((200, 0), (100, 1)):  # near what is prepared, the stroke waits for it; elsewhere it does not
        tool.hover(at(200, 200))
        qtbot.waitUntil(lambda: tool._prepared == Point(200, 200))
        qtbot.waitUntil(lambda: len(core.started) % 2 == 0)
        tool.press(at(start, start))
        if closed:
            qtbot.waitUntil(lambda: len(core.started) == 5)
        assert core.closed == closed
        core.gate.set()
        tool.release(at(start, start))
        grown = Box(start - 10, start - 10, start + 10, start + 10)
        qtbot.waitUntil(lambda grown=grown: painted(document) == grown)
        document.undo()
        core.gate.clear()


def test_what_is_saved_now_is_what_is_seen(qtbot, tool, document, jobs, core):
    saver = Autosaver(document, jobs)
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    saver.flush()
    assert painted(document) == PEN
    assert not document.stroke_in_progress


def test_the_timer_of_the_autosave_does_not_end_a_stroke(tool, document, jobs, core):
    saver = Autosaver(document, jobs)
    core.gate.clear()
    tool.press(at(100, 100))
    saver._save_when_free()
    assert document.stroke_in_progress
    tool.cancel()


def test_the_end_of_the_program_leaves_no_decision_running(tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    begun = time.monotonic()
    jobs.shutdown()
    assert time.monotonic() - begun < 3
    assert not jobs.busy
    tool.release(at(100, 100))
    document.settle()
    assert painted(document) == PEN
