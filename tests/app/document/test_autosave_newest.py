from __future__ import annotations

import threading

import numpy as np

from segcore.editing import Box
from tests.app.document.desk import FULL, FakeProject, blank, idle, pixels


# -- the newest always wins ------------------------------------------------------------------------------------------
def test_an_older_state_that_fails_while_a_newer_edit_waits_is_not_written_after_it(desk, qtbot):
    desk.project.gate.clear()
    desk.project.outcomes = [FULL]
    desk.paint(0)
    desk.autosaver.flush()
    desk.paint(1)
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.autosaver.failing
    desk.autosaver.flush()  # Ctrl+S in the gap
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 8)]
    assert desk.project.tries == 2
    assert not desk.autosaver.pending
    assert not desk.autosaver.failing


def test_an_older_state_that_fails_while_a_newer_one_is_queued_is_forgotten(desk, qtbot):
    desk.project.gate.clear()
    desk.project.outcomes = [FULL]
    for row in range(2):
        desk.paint(row)
        desk.autosaver.flush()
    assert len(desk.autosaver.unsaved) == 1
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 8)]
    assert not desk.autosaver.pending
    assert desk.said == [("saved", "a.png"), ("rested", False)]
    assert not desk.autosaver._retry.isActive()


def test_an_older_state_that_succeeds_does_not_hide_that_the_newer_one_failed(desk, qtbot):
    desk.project.gate.clear()
    desk.project.outcomes = [None, FULL]
    for row in range(2):
        desk.paint(row)
        desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4)]
    assert [pixels(state.label_map) for state in desk.autosaver.unsaved] == [8]
    assert desk.autosaver.failing
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4), ("a.png", 8)]


def test_a_second_try_that_fails_while_a_newer_state_is_queued_does_not_replace_it(desk, qtbot):
    desk.fail_once(qtbot)
    desk.project.gate.clear()
    desk.project.broken = FULL
    desk.autosaver.flush()
    desk.paint(1)
    desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.tries == 3
    assert desk.heard("error") == [FULL]
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 8)]


def test_a_first_success_after_a_failure_is_a_success_though_a_newer_state_waits(desk, qtbot):
    desk.fail_once(qtbot)
    desk.project.gate.clear()
    desk.autosaver.flush()
    desk.paint(1)
    desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.said[2:] == [("mended", FULL), ("saved", "a.png"), ("saved", "a.png"), ("rested", False)]


def test_two_projects_with_an_image_of_the_same_name_do_not_mix(desk, qtbot, tmp_path):
    desk.project.broken = FULL
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    other = FakeProject(tmp_path / "other")
    desk.document.set_project(other)
    desk.open(blank("a.png"))
    assert desk.shown == 0
    desk.paint(0, 1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert other.saves == [("a.png", 1)]
    assert desk.autosaver.failing
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4)]


def test_an_image_of_another_size_does_not_take_the_place_of_what_is_not_saved(desk, qtbot):
    desk.project.broken = FULL
    desk.paint(0)
    desk.open(blank("a.png", size=32))
    assert desk.shown == 0
    desk.paint(0, 1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4), ("a.png", 1)]


def test_a_project_that_was_opened_anew_gets_what_the_one_before_could_not_save(desk, qtbot, tmp_path):
    desk.project.broken = FULL
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    again = FakeProject(desk.project.root)
    desk.document.set_project(again)
    desk.open(blank("a.png"))
    assert desk.shown == 4
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert again.saves == [("a.png", 4)]
    assert not desk.autosaver.pending
    assert not desk.autosaver.failing


def test_what_is_unsaved_stays_the_same_object_so_that_one_can_know_it_again(desk, qtbot):
    desk.project.broken = FULL
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    before = desk.autosaver.unsaved
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.autosaver.unsaved == before


# -- coming back to an image -----------------------------------------------------------------------------------------
def test_edits_that_could_not_be_saved_are_there_on_coming_back(desk, qtbot):
    desk.project.broken = FULL
    desk.paint(0)
    desk.open(blank("b.png"))
    idle(qtbot, desk)
    desk.open(blank("a.png"))
    assert desk.shown == 4
    assert desk.document.undo_name == "Restore unsaved edits", "so the history of the file still fits"
    desk.paint(1)
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 8)]


def test_edits_whose_save_is_under_way_are_there_on_coming_back_and_painting_does_not_reach_them(desk, qtbot):
    desk.project.gate.clear()
    desk.paint(0)
    desk.open(blank("b.png"))
    desk.open(blank("a.png"))
    assert desk.shown == 4
    desk.paint(1)
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4)]
    assert desk.autosaver.dirty


def test_a_load_that_began_before_the_save_does_not_bring_the_older_file_back(desk, qtbot):
    loading, release = threading.Event(), threading.Event()
    arrived = []
    load = desk.jobs.submit("io", lambda: (loading.set(), release.wait(5)))
    load.succeeded.connect(lambda _: arrived.append(desk.autosaver.newer(desk.project, blank("a.png"))))
    assert loading.wait(2)
    desk.paint(0)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: desk.project.saves == [("a.png", 4)] and not desk.autosaver.pending)
    release.set()
    idle(qtbot, desk)
    assert pixels(arrived[0]) == 4
    assert desk.autosaver.newer(desk.project, blank("a.png")) is None, "a load that begins now reads the file as it is"


def test_of_two_saves_while_a_load_goes_on_the_newer_is_shown(desk, qtbot):
    loading, release = threading.Event(), threading.Event()
    arrived = []
    load = desk.jobs.submit("io", lambda: (loading.set(), release.wait(5)))
    load.succeeded.connect(lambda _: arrived.append(desk.autosaver.newer(desk.project, blank("a.png"))))
    assert loading.wait(2)
    for row in range(2):
        desk.paint(row)
        desk.autosaver.flush()
        qtbot.waitUntil(lambda: not desk.autosaver.pending)
    desk.project.broken = FULL
    desk.paint(2)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: desk.autosaver.failing)
    release.set()
    idle(qtbot, desk)
    assert pixels(arrived[0]) == 12


def test_a_state_that_was_written_is_forgotten_only_by_its_own_turn(desk, qtbot):
    loading, release = threading.Event(), threading.Event()
    desk.jobs.submit("io", lambda: (loading.set(), release.wait(5)))
    assert loading.wait(2)
    arrived = []
    desk.paint(0)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    load = desk.jobs.submit("io", lambda: None)
    load.succeeded.connect(lambda _: arrived.append(desk.autosaver.newer(desk.project, blank("a.png"))))
    desk.paint(1)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    release.set()
    idle(qtbot, desk)
    assert pixels(arrived[0]) == 8, "the first state had its turn, the second not yet"


def test_the_open_image_shown_again_keeps_what_was_painted_while_it_was_read(desk, qtbot):
    recorder = desk.document.begin(
        "Smart stroke", lambda: recorder.paint(Box(0, 0, 7, 1), np.ones((1, 7), np.bool_), 1)
    )
    desk.open(blank("a.png"))
    assert desk.shown == 7
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 7)]
    desk.paint(1, 2)
    desk.open(blank("b.png"))
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 7), ("a.png", 9)]


def test_another_image_never_gets_the_open_one(desk):
    desk.paint(0)
    desk.open(blank("b.png"))
    assert desk.shown == 0


def test_pixels_of_a_class_that_was_removed_meanwhile_come_back_unlabelled(desk, qtbot):
    desk.project.broken = FULL
    desk.paint(0)
    recorder = desk.document.begin("Brush")
    recorder.paint(Box(0, 1, 3, 2), np.ones((1, 3), np.bool_), 0)
    desk.document.commit(recorder)
    desk.open(blank("b.png"))
    desk.project.classes = desk.project.classes.removed(1)
    desk.open(blank("a.png"))
    assert desk.shown == 3
    assert set(np.unique(desk.document.label_map.labels)) == {0, 255}


def test_what_is_about_to_be_written_is_told_before(desk, qtbot):
    told = []
    desk.autosaver.saving.connect(lambda state: told.append((state.image_id, pixels(state.label_map))))
    desk.project.broken = FULL
    desk.paint(0)
    desk.autosaver.flush()
    assert told == [("a.png", 4)]
    idle(qtbot, desk)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert told == [("a.png", 4)], "a second try of the same labels is none of its business"
