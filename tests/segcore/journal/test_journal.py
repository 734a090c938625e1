from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import Box, Recorder
from segcore.journal import journal as module
from segcore.journal.journal import Recalled, journal_path
from segcore.labels.class_history import ClassHistory
from segcore.labels.label_map import LabelMap
from tests.segcore.journal.desk import PAST, SHAPE, Desk, copy, same, stroke, undo_all


def assert_equal_histories(found: Recalled, desk: Desk) -> None:
    """What was recalled goes back and forth exactly as the history in memory does."""
    assert same(found.label_map, desk.map)
    for steps in ("redo", "undo"):
        mine, theirs = copy(desk.map), copy(found.label_map)
        while (edit := getattr(desk.history, steps)()) is not None:
            getattr(edit, steps)(mine)
            getattr(getattr(found.history, steps)(), steps)(theirs)
            assert same(mine, theirs)
        assert getattr(found.history, steps)() is None
        desk.map, found.label_map.labels[:], found.label_map.provenance[:] = mine, theirs.labels, theirs.provenance


def busy(desk: Desk) -> Desk:
    """Three strokes, one taken back, done again, two taken back, another one."""
    desk.paint(Box(2, 3, 60, 40), 1)
    desk.paint(Box(100, 100, 150, 140), 2)
    desk.paint(Box(30, 20, 140, 130), 3)
    desk.undo()
    desk.redo()
    desk.undo()
    desk.undo()
    desk.paint(Box(50, 50, 80, 60), 0)
    desk.paint(Box(0, 0, 20, 139), 2)
    desk.undo()
    return desk


def test_whatever_the_label_file_holds_the_last_state_and_all_of_the_history_come_back(desk):
    busy(desk)
    for state in desk.states:
        found = desk.recall(state)
        assert found.warning == "" if same(state, desk.map) else "brought them back" in found.warning
        assert found.is_newer is not same(state, desk.map)
        assert same(found.label_map, desk.map)
    assert_equal_histories(desk.recall(desk.states[0]), desk)


def test_a_recalled_history_goes_on(desk):
    busy(desk)
    for _ in range(3):
        again = Desk(desk.root, desk.map)
        again.paint(Box(5, 5, 130, 9), 3)
        again.undo()
        again.undo()
        again.redo()
        again.redo()
        desk = again
    assert_equal_histories(desk.recall(desk.states[0]), desk)


def test_recalling_changes_neither_the_label_map_nor_any_file(desk):
    busy(desk)
    path = journal_path(desk.root, "a.png")
    data, blank = path.read_bytes() + b"torn", LabelMap.blank(*SHAPE)
    path.write_bytes(data)
    assert desk.recall(blank).is_newer
    assert same(blank, LabelMap.blank(*SHAPE))
    assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == ["a.png.journal"]


def test_it_is_shortened_to_its_newest_steps(desk, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BYTES", 60_000)
    path = journal_path(desk.root, "a.png")
    rng = np.random.default_rng(3)
    longest = 0
    for n in range(120):
        left, top = int(rng.integers(0, 100)), int(rng.integers(0, 100))
        desk.paint(Box(left, top, left + 9 + n % 30, top + 20), n % 4)
        if n % 7 == 3:
            desk.undo()
        if n % 21 == 3:
            desk.redo()
        longest = max(longest, path.stat().st_size)
        if n % 5 == 3:
            assert same(desk.recall(desk.states[-2]).label_map, desk.map)
    assert longest < 1.5 * 60_000
    found = desk.recall(desk.map)
    assert 5 < len(found.history) < len(desk.history)
    mine, theirs = copy(desk.map), copy(desk.map)
    for _ in range(len(found.history)):
        desk.history.undo().undo(mine)
        found.history.undo().undo(theirs)
        assert same(mine, theirs)


def test_undo_beyond_what_the_file_holds_is_followed(desk, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BYTES", 3000)
    for n in range(40):
        desk.paint(Box(n, n, n + 30, n + 30), n % 4)
    while desk.history.undo_name:
        desk.undo()
        assert same(desk.recall(desk.map).label_map, desk.map)
    while desk.history.redo_name:
        desk.redo()
        assert same(desk.recall(desk.states[-2]).label_map, desk.map)


def test_an_edit_that_is_too_large_is_left_out(desk, monkeypatch):
    desk.paint(Box(0, 0, 9, 9), 1)
    monkeypatch.setattr(module, "IMAGE_BYTES", 3000)
    noise = np.random.default_rng(0).integers(0, 4, SHAPE, np.uint8)
    recorder = Recorder(desk.map, "Noise")
    for value in range(4):
        recorder.paint(Box(0, 0, SHAPE[1], SHAPE[0]), noise == value, value)
    desk.journal.edit(recorder.finish())
    desk.journal.write()
    monkeypatch.setattr(module, "IMAGE_BYTES", 100_000)
    before = copy(desk.map)
    desk.paint(Box(3, 3, 20, 20), 2)
    found = desk.recall(before)
    assert same(found.label_map, desk.map)
    assert undo_all(found.history, found.label_map) == 1
    assert same(found.label_map, before)


@pytest.mark.parametrize("change", ["labels", "size", "classes"])
def test_a_history_of_other_labels_is_not_used_and_stays_until_the_first_edit(desk, change):
    desk.paint(Box(0, 0, 10, 10), 1)
    path = journal_path(desk.root, "a.png")
    data = path.read_bytes()
    label_map = LabelMap.blank(100, 100) if change == "size" else copy(desk.map)
    if change == "labels":
        label_map.labels[139, 149] = 2
    past = ClassHistory(removed={7: "crack"}) if change == "classes" else PAST
    found = desk.recall(label_map, past)
    assert ("Undo begins here" in found.note) is (change == "labels")  # the other two are told elsewhere
    assert (len(found.history), found.is_newer) == (0, False)
    assert found.label_map is label_map
    assert path.read_bytes() == data
    found.journal.edit(stroke(label_map, Box(50, 50, 60, 60), 3))
    found.journal.write()
    again = desk.recall(label_map, past)
    assert again.warning == ""
    assert len(again.history) == 1
