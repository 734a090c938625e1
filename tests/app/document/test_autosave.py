from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document import autosave
from app.document.autosave import LATEST_MS, QUIET_MS, RETRY_MS, Autosaver
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from segcore.editing import Box
from segcore.errors import ProjectBusyError, ProjectError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State

FULL = ProjectError("No space left.", "Make room.")
TAKEN = ProjectBusyError("Ann has the project.", "Ask her.", holder="Ann")
NEVER = 10_000_000
SOON = 20


class FakeProject:
    """Keeps what is saved in memory; ``gate`` makes the disk slow, ``broken`` and ``outcomes`` make it fail."""

    def __init__(self, root):
        self.root = root
        self.classes = ClassSet.from_names(["road", "car"])
        self.warnings: list[str] = []
        self.saves: list[tuple[str, int]] = []
        self.tries = 0
        self.times: list[float] = []
        self.threads: set[str] = set()
        self.broken: Exception | None = None
        self.outcomes: list[Exception | None] = []
        self.closed: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def save_label_map(self, image_id, label_map):
        self.tries += 1
        self.gate.wait(5)
        self.threads.add(threading.current_thread().name)
        error = self.outcomes.pop(0) if self.outcomes else self.broken
        if error is not None:
            raise error.with_traceback(None)
        self.saves.append((image_id, pixels(label_map)))
        self.times.append(time.monotonic())
        return label_map.state()

    def close(self):
        self.closed.append(threading.current_thread().name)


class Desk:
    """A document, its autosaver and everything that the autosaver says; timers run only where a test wants them."""

    def __init__(self, monkeypatch, root, quiet=NEVER, latest=NEVER, retry=NEVER):
        for name, value in (("QUIET_MS", quiet), ("LATEST_MS", latest), ("RETRY_MS", retry)):
            monkeypatch.setattr(autosave, name, value)
        self.document, self.jobs, self.project = Document(), JobRunner(), FakeProject(root)
        self.autosaver = Autosaver(self.document, self.jobs)
        self.said: list[tuple[str, object]] = []
        self.autosaver.saved.connect(lambda image_id, state: self.said.append(("saved", image_id)))
        self.autosaver.error.connect(lambda error: self.said.append(("error", error)))
        self.autosaver.mended.connect(lambda error: self.said.append(("mended", error)))
        self.autosaver.rested.connect(lambda: self.said.append(("rested", self.autosaver.pending)))
        self.document.set_project(self.project)
        self.document.show(blank("a.png"))

    def paint(self, row: int, count: int = 4) -> None:
        """Paint ``count`` pixels of this row, as one stroke."""
        recorder = self.document.begin("Brush")
        recorder.paint(Box(0, row, count, row + 1), np.ones((1, count), np.bool_), 1)
        self.document.commit(recorder)

    def open(self, loaded: LoadedImage) -> None:
        """Show it as the window does."""
        newer = self.autosaver.newer(self.document.project, loaded)
        self.document.show(loaded)
        if newer is not None:
            self.document.replace(newer, "Restore unsaved edits")

    @property
    def shown(self) -> int:
        return pixels(self.document.label_map)

    def heard(self, what: str) -> list[object]:
        return [value for name, value in self.said if name == what]


def pixels(label_map: LabelMap) -> int:
    assert ((label_map.labels != 255) == (label_map.provenance == Provenance.PAINTED)).all()
    return int((label_map.labels != 255).sum())


def blank(image_id: str, size: int = 64) -> LoadedImage:
    return LoadedImage(image_id, np.zeros((size, size, 3), np.uint8), LabelMap.blank(size, size))


@pytest.fixture
def sit(qapp, qtbot, monkeypatch, tmp_path):
    desks = []

    def sit(**intervals) -> Desk:
        desks.append(Desk(monkeypatch, tmp_path, **intervals))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.project.gate.set()
        desk.jobs.shutdown()


@pytest.fixture
def desk(sit):
    return sit()


def idle(qtbot, desk) -> None:
    qtbot.waitUntil(lambda: not desk.jobs.busy, timeout=5000)


# -- when -------------------------------------------------------------------------------------------------------------


def test_a_stroke_is_saved_within_a_second_off_the_ui_thread(sit, qtbot):
    assert (QUIET_MS, LATEST_MS, RETRY_MS) == (400, 800, 10_000), "the README promises a second"
    desk = sit(quiet=QUIET_MS, latest=LATEST_MS)
    painted = time.monotonic()
    desk.paint(0)
    assert desk.autosaver.pending
    with qtbot.waitSignal(desk.autosaver.saved, timeout=3000) as caught:
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
    desk.project.outcomes = [FULL]
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
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
    desk.project.outcomes = [FULL]
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
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
    desk.project.outcomes = [FULL]
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
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
    desk.project.outcomes = [FULL]
    desk.paint(0)
    desk.autosaver.flush()
    idle(qtbot, desk)
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
