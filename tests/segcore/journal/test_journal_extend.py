from __future__ import annotations

from segcore.editing import Box
from segcore.journal import journal as module
from segcore.journal.journal import journal_path
from segcore.journal.records import HEADER_BYTES, Kind, records
from tests.segcore.journal.desk import copy, same, undo_all


def extended(desk):
    """A stroke, then one whose step goes on twice, over several tiles."""
    desk.paint(Box(2, 3, 60, 40), 1)
    desk.paint(Box(100, 100, 150, 140), 2)
    desk.extend(Box(0, 0, 150, 50), 3)
    desk.extend(Box(90, 90, 130, 140), 0)
    return desk


def test_whatever_the_label_file_holds_the_extended_step_comes_back_as_one(desk):
    extended(desk)
    for state in desk.states:
        found = desk.recall(state)
        assert same(found.label_map, desk.map)
        assert len(found.history) == 2
        labels = copy(found.label_map)
        found.history.undo().undo(labels)
        assert same(labels, desk.states[1])
        found.history.redo().redo(labels)
        assert same(labels, desk.map)


def test_undo_and_redo_of_an_extended_step_are_followed(desk):
    extended(desk)
    desk.undo()
    assert same(desk.map, desk.states[1])
    desk.redo()
    desk.undo()
    desk.undo()
    desk.redo()
    for state in desk.states:
        found = desk.recall(state)
        assert same(found.label_map, desk.map)
        labels = copy(found.label_map)
        assert undo_all(found.history, labels) == 1
        assert same(labels, desk.states[0])


def test_a_record_that_was_cut_off_costs_what_followed_the_stroke_and_not_the_stroke(desk):
    desk.paint(Box(2, 3, 60, 40), 1)
    desk.extend(Box(0, 0, 150, 50), 3)
    path = journal_path(desk.root, "a.png")
    data = path.read_bytes()
    ends = [record.end for record in records(data)]
    assert [record.kind for record in records(data)] == [Kind.EDIT, Kind.EXTEND]
    for cut in (ends[0], ends[0] + 1, ends[1] - 1):
        path.write_bytes(data[:cut])
        found = desk.recall(desk.states[0])
        assert same(found.label_map, desk.states[1])
        assert len(found.history) == 1


def test_a_record_without_a_step_before_it_is_damage(desk):
    desk.paint(Box(2, 3, 60, 40), 1)
    desk.extend(Box(0, 0, 150, 50), 3)
    path = journal_path(desk.root, "a.png")
    data = path.read_bytes()
    first = next(iter(records(data)))
    path.write_bytes(data[:HEADER_BYTES] + data[first.end :])
    found = desk.recall(desk.map)
    assert same(found.label_map, desk.map)
    assert len(found.history) == 0


def test_a_shortened_file_knows_the_step_with_and_without_what_followed(desk, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BYTES", 3000)
    for n in range(30):
        desk.paint(Box(n, n, n + 30, n + 30), n % 4)
        desk.extend(Box(0, n, 150, n + 20), (n + 1) % 4)
        for state in desk.states[-2:]:
            assert same(desk.recall(state).label_map, desk.map)
    assert journal_path(desk.root, "a.png").stat().st_size < 2 * 3000
    found = desk.recall(desk.map)
    labels = copy(desk.map)
    for _ in range(len(found.history)):
        found.history.undo().undo(labels)
        assert any(same(labels, state) for state in desk.states[::2])


def test_a_step_that_the_file_does_not_hold_begins_it_anew(desk, monkeypatch):
    desk.paint(Box(0, 0, 9, 9), 1)
    monkeypatch.setattr(module, "IMAGE_BYTES", 60)
    desk.extend(Box(0, 0, 150, 140), 2)
    found = desk.recall(desk.map)
    assert same(found.label_map, desk.map)
    assert len(found.history) == 0
    assert found.warning == ""
