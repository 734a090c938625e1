from __future__ import annotations

from segcore.errors import ProjectBusyError, ProjectError
from tests.app.document.desk import FULL, SOON, FakeProject, blank, idle

TAKEN = ProjectBusyError("Ann has the project.", "Ask her.", holder="Ann")


# -- what is told ----------------------------------------------------------------------------------------------------
def test_a_failed_save_is_told_once_kept_and_tried_again_with_the_next(desk, qtbot):
    desk.project.broken = FULL
    for row in range(2):
        desk.paint(row)
        desk.autosaver.flush()
        idle(qtbot, desk)
    assert desk.heard("error") == [FULL]
    assert desk.autosaver.pending
    assert desk.autosaver.failing
    desk.document.show(blank("b.png"))
    desk.project.broken = None
    desk.paint(0, 1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 8), ("b.png", 1)]
    assert desk.heard("mended") == [FULL]
    assert not desk.autosaver.failing
    desk.project.broken = FULL
    desk.paint(1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.heard("error") == [FULL, FULL], "a success lies between"


def test_it_is_mended_only_when_everything_that_failed_is_saved(desk, qtbot):
    desk.project.broken = FULL
    desk.paint(0)
    desk.document.show(blank("b.png"))
    desk.paint(0, 1)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert [state.image_id for state in desk.autosaver.unsaved] == ["a.png", "b.png"]
    desk.project.outcomes = [None, FULL]
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert len(desk.project.saves) == 1
    assert desk.heard("mended") == []
    assert desk.heard("error") == [FULL]
    assert desk.autosaver.failing
    desk.project.broken = None
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.heard("mended") == [FULL]
    assert len(desk.project.saves) == 2


def test_success_without_trouble_before_mends_nothing(desk, qtbot):
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.said == [("saved", "a.png"), ("rested", False)]


def test_an_error_of_another_kind_is_told(desk, qtbot):
    desk.project.outcomes = [FULL, TAKEN, TAKEN, FULL]
    for row in range(4):
        desk.paint(row)
        desk.autosaver.flush()
        idle(qtbot, desk)
    assert desk.heard("error") == [FULL, TAKEN, FULL]
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.heard("mended") == [FULL]


def test_the_reason_is_known_an_image_and_unexpected_ones_get_words(desk, qtbot):
    desk.project.gate.clear()
    desk.project.broken = ValueError("odd")
    desk.paint(0)
    desk.autosaver.flush()
    (state,) = desk.autosaver.unsaved
    assert desk.autosaver.reason(state) is None
    desk.project.gate.set()
    idle(qtbot, desk)
    reason = desk.autosaver.reason(state)
    assert isinstance(reason, ProjectError)
    assert reason.message == "The labels of a.png could not be saved (odd)."
    assert "kept" in reason.remedy
    assert desk.heard("error") == [reason]


def test_it_rests_when_the_last_save_has_ended_and_not_before(desk, qtbot):
    desk.project.gate.clear()
    desk.project.outcomes = [None, FULL]
    for row in range(2):
        desk.paint(row)
        desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert [name for name, _ in desk.said] == ["saved", "error", "rested"]
    assert desk.heard("rested") == [True]


def test_only_images_of_the_open_project_are_told_as_saved(desk, qtbot, tmp_path):
    desk.project.gate.clear()
    desk.paint(0)
    desk.autosaver.flush()
    desk.document.set_project(FakeProject(tmp_path / "other"))
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4)]
    assert desk.said == [("rested", False)]


# -- trying again ----------------------------------------------------------------------------------------------------
def test_a_failed_save_is_tried_again_by_itself_until_it_succeeds(sit, qtbot):
    desk = sit(retry=SOON)
    desk.project.outcomes = [FULL, FULL]
    desk.paint(0)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    assert desk.project.tries == 3
    assert desk.heard("mended") == [FULL]
    assert not desk.autosaver._retry.isActive()


def test_success_stops_the_next_try(desk, qtbot):
    desk.fail_once(qtbot)
    assert desk.autosaver._retry.isActive()
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert not desk.autosaver._retry.isActive()


def test_a_project_that_another_process_took_is_not_tried_for_ever(desk, qtbot):
    desk.project.broken = TAKEN
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.heard("error") == [TAKEN]
    assert not desk.autosaver._retry.isActive()
    assert desk.autosaver.pending
    desk.project.broken = None  # taken back
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.saves == [("a.png", 4)]


def test_what_is_under_way_again_is_not_queued_twice(desk, qtbot):
    desk.fail_once(qtbot)
    desk.project.gate.clear()
    for _ in range(3):
        desk.autosaver.flush()
    desk.project.gate.set()
    idle(qtbot, desk)
    assert desk.project.tries == 2


def test_after_the_end_nothing_is_saved_any_more_and_that_is_known(desk, qtbot):
    desk.jobs.shutdown()
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
    assert desk.project.tries == 0
    (state,) = desk.autosaver.unsaved
    assert "stopped" in desk.autosaver.reason(state).message
