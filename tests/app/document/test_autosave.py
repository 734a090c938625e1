from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import Qt

from app.document.autosave import LATEST_MS, QUIET_MS, RETRY_MS
from segcore.editing import Box
from segcore.labels.label_map import State
from tests.app.document.desk import FULL, NEVER, SOON, FakeProject, blank, idle


# -- when -------------------------------------------------------------------------------------------------------------
def test_a_stroke_is_saved_within_a_second_off_the_ui_thread(sit, qtbot):
    assert (QUIET_MS, LATEST_MS, RETRY_MS) == (400, 800, 10_000), "docs/reliability.md promises a second"
    desk = sit(quiet=QUIET_MS, latest=LATEST_MS)
    painted = time.monotonic()
    desk.paint(0)
    assert desk.autosaver.pending
    with qtbot.waitSignal(desk.autosaver.saved) as caught:
        pass
    assert caught.args == ["a.png", int(State.IN_PROGRESS)]
    assert desk.project.saves == [("a.png", 4)]
    assert desk.project.times[0] - painted < 1.0
    assert desk.project.threads == {"lane-save"}
    assert not desk.autosaver.pending


def test_a_rest_after_the_last_edit_saves(sit, qtbot):
    desk = sit(quiet=SOON)
    desk.paint(0)
    qtbot.waitUntil(lambda: desk.project.saves == [("a.png", 4)])


def test_a_long_stroke_is_saved_while_it_goes_on(sit, qtbot):
    desk = sit(latest=SOON)
    recorder = desk.document.begin("Brush")
    recorder.paint(Box(0, 0, 4, 1), np.ones((1, 4), np.bool_), 1)
    qtbot.waitUntil(lambda: desk.project.saves == [("a.png", 4)])
    assert desk.document.stroke_in_progress
    desk.document.commit(recorder)


def test_each_edit_begins_the_rest_anew_and_only_the_first_the_limit(desk, qtbot):
    quiet, latest = desk.autosaver._quiet, desk.autosaver._latest
    assert not quiet.isActive()
    for timer in (quiet, latest):
        timer.setTimerType(Qt.TimerType.PreciseTimer)
    desk.paint(0)
    qtbot.wait(30)
    before = quiet.remainingTime(), latest.remainingTime()
    assert max(before) < NEVER
    desk.paint(1)
    assert quiet.remainingTime() > before[0]
    assert latest.remainingTime() <= before[1]
    desk.autosaver.flush()
    assert not quiet.isActive()
    assert not latest.isActive()


def test_timers_fire_once(desk):
    assert desk.autosaver._quiet.isSingleShot()
    assert desk.autosaver._latest.isSingleShot()
    assert desk.autosaver._retry.isSingleShot()


def test_many_strokes_become_one_save(desk, qtbot):
    for row in range(5):
        desk.paint(row, 10)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 50)]


def test_a_flush_without_edits_saves_nothing(desk, qtbot):
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.tries == 0
    assert desk.said == []


def test_a_document_without_a_project_saves_nothing(desk, qtbot):
    desk.document.set_project(None)
    desk.document.edited.emit("a.png")  # no image either
    desk.document.show(blank("a.png"))
    desk.paint(0)
    assert not desk.autosaver.pending
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.said == []


def test_an_edit_without_an_image_saves_nothing(desk):
    desk.document.clear_image()
    desk.document.edited.emit("a.png")
    assert not desk.autosaver.pending


def test_a_flush_ends_the_stroke_whose_pixels_are_still_to_come(desk, qtbot):
    recorder = desk.document.begin(
        "Smart stroke", lambda: recorder.paint(Box(0, 0, 7, 1), np.ones((1, 7), np.bool_), 1)
    )
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 7)]


def test_what_is_painted_after_the_snapshot_is_in_the_next_save(desk, qtbot):
    desk.project.gate.clear()
    desk.paint(0, 1)
    desk.autosaver.flush()
    desk.paint(1, 2)
    desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 1), ("a.png", 3)]


def test_a_slow_disk_gets_one_state_after_the_other_not_all_of_them(sit, qtbot):
    desk = sit(quiet=SOON, latest=SOON)
    desk.project.gate.clear()
    for row in range(4):
        desk.paint(row, 1)
        qtbot.waitUntil(lambda: not desk.autosaver._quiet.isActive() and not desk.autosaver._latest.isActive())
    assert len(desk.autosaver._under_way) == 1
    assert desk.autosaver.dirty
    desk.project.gate.set()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    assert desk.project.saves == [("a.png", 1), ("a.png", 4)]


def test_the_end_of_a_slow_save_does_not_cut_a_rest_short(desk, qtbot):
    desk.project.gate.clear()
    desk.paint(0)
    desk.autosaver.flush()
    desk.paint(1)
    qtbot.wait(30)
    before = desk.autosaver._quiet.remainingTime()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert 0 < desk.autosaver._quiet.remainingTime() <= before
    desk.project.gate.clear()
    desk.autosaver.flush()
    desk.paint(2)
    desk.autosaver._quiet.stop()  # only the limit is left
    desk.project.gate.set()
    idle(qtbot, desk)
    assert not desk.autosaver._quiet.isActive()


def test_a_slow_save_of_one_image_does_not_keep_another_from_its_turn(sit, qtbot):
    desk = sit(quiet=SOON)
    desk.project.gate.clear()
    desk.paint(0)
    desk.document.show(blank("b.png"))
    desk.paint(0)
    qtbot.waitUntil(lambda: len(desk.autosaver._under_way) == 2)
    desk.project.gate.set()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    assert desk.project.saves == [("a.png", 4), ("b.png", 4)]


def test_another_image_saves_the_last_stroke_of_this_one_first(desk, qtbot):
    recorder = desk.document.begin("Brush")
    recorder.paint(Box(0, 0, 3, 1), np.ones((1, 3), np.bool_), 1)
    desk.document.show(blank("b.png"))
    desk.paint(0, 1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 3), ("b.png", 1)]


def test_going_on_without_an_edit_saves_nothing(desk, qtbot):
    desk.document.show(blank("b.png"))
    idle(qtbot, desk)
    assert desk.project.tries == 0


def test_closing_waits_for_the_save(desk):
    desk.paint(0)
    desk.autosaver.flush()
    desk.jobs.shutdown()
    assert desk.project.saves == [("a.png", 4)]


# -- projects that are left ------------------------------------------------------------------------------------------
def test_a_project_that_was_left_is_closed_once_its_labels_are_saved(desk, qtbot, tmp_path):
    desk.project.broken = FULL
    desk.paint(0)
    desk.document.set_project(FakeProject(tmp_path / "other"))
    desk.autosaver.close(desk.project)
    idle(qtbot, desk)
    assert desk.project.closed == []
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.closed == ["lane-io"]
    desk.autosaver.close_all()
    assert desk.project.closed == ["lane-io"], "it is no longer its business"


def test_a_project_without_unsaved_labels_is_closed_behind_what_io_does_with_it(desk, qtbot, tmp_path):
    seen = []
    desk.document.set_project(FakeProject(tmp_path / "other"))
    desk.jobs.submit("io", lambda: seen.append(list(desk.project.closed)))
    desk.autosaver.close(desk.project)
    idle(qtbot, desk)
    assert seen == [[]]
    assert desk.project.closed == ["lane-io"]


def test_at_the_end_every_project_is_closed(desk, qtbot, tmp_path):
    other, last = FakeProject(tmp_path / "other"), FakeProject(tmp_path / "last")
    desk.project.broken = FULL
    desk.paint(0)
    desk.document.set_project(other)
    desk.autosaver.close(desk.project)
    desk.jobs.shutdown()
    desk.document.set_project(last)
    desk.autosaver.close(other)
    idle(qtbot, desk)
    assert other.closed == ["MainThread"], "the lanes had ended"
    desk.autosaver.close_all()
    assert desk.project.closed == ["MainThread"]
    assert last.closed == ["MainThread"]
    desk.document.set_project(None)
    desk.autosaver.close_all()
