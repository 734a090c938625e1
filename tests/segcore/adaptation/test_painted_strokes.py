"""What a head is told while strokes are painted, overpainted, erased, undone and done again."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation.painted_strokes import PaintedStrokes
from segcore.editing import Box, Edit, History, Recorder, diff
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance, State

HEIGHT, WIDTH = 150, 300
SKY, ROAD = 0, 1


class Listener:
    """A head that only remembers what it was told."""

    def __init__(self) -> None:
        self.strokes: dict[int, tuple[Covered, int]] = {}
        self.told = 0

    def add_stroke(self, covered: Covered, value: int) -> int:
        assert covered.mask.any()
        self.told += 1
        self.strokes[self.told] = covered, value
        return self.told

    def remove_stroke(self, number: int) -> None:
        del self.strokes[number]

    @property
    def pixels(self) -> dict[int, int]:
        """Pixels of each class that it knows."""
        found: dict[int, int] = {}
        for covered, value in self.strokes.values():
            found[value] = found.get(value, 0) + int(covered.mask.sum())
        return found


class Desk:
    """A label map with its history, followed by `PaintedStrokes`."""

    def __init__(self) -> None:
        self.map, self.history, self.head = LabelMap.blank(HEIGHT, WIDTH), History(), Listener()
        self.strokes = PaintedStrokes(self.head)

    def paint(self, box: Box, value: int) -> Edit:
        recorder = Recorder(self.map, "Brush")
        recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
        return self.commit(recorder.finish())

    def replace(self, label_map: LabelMap) -> None:
        edit = diff(self.map, label_map, "Replace")
        edit.redo(self.map)
        self.commit(edit)

    def commit(self, edit: Edit) -> Edit:
        self.history.push(edit)
        self.strokes.done(edit, confirms=self.map.state() is not State.DONE)  # as the desktop does
        self.strokes.settle(self.map)
        return edit

    def undo(self) -> bool:
        self.history.undo().undo(self.map)
        followed = self.strokes.undone()
        self.strokes.settle(self.map)
        return followed

    def redo(self) -> bool:
        self.history.redo().redo(self.map)
        followed = self.strokes.redone()
        self.strokes.settle(self.map)
        return followed

    @property
    def kept_empty(self) -> int:
        empty = np.zeros((HEIGHT, WIDTH), np.bool_)
        for box, mask in self.strokes.kept_empty(self.map):
            empty[box.slices] |= mask
        return int(empty.sum())


@pytest.fixture
def desk():
    return Desk()


def test_a_stroke_over_several_tiles_is_told_as_it_was_painted(desk):
    desk.paint(Box(120, 100, 140, 140), SKY)
    ((covered, value),) = desk.head.strokes.values()
    assert value == SKY
    assert covered.box == Box(120, 100, 140, 140)
    assert covered.mask.all()


def test_undo_and_redo_are_followed(desk):
    desk.paint(Box(0, 0, 10, 10), SKY)
    desk.paint(Box(200, 0, 210, 20), ROAD)
    assert desk.head.pixels == {SKY: 100, ROAD: 200}
    assert desk.undo()
    assert desk.head.pixels == {SKY: 100}
    assert desk.redo()
    assert desk.head.pixels == {SKY: 100, ROAD: 200}
    assert desk.undo()
    desk.paint(Box(50, 50, 60, 60), ROAD)
    desk.history.redo()
    assert not desk.strokes.redone()


def test_what_is_painted_over_counts_as_its_new_class_until_that_is_undone(desk):
    desk.paint(Box(0, 0, 20, 10), SKY)
    desk.paint(Box(10, 0, 30, 10), ROAD)
    assert desk.head.pixels == {SKY: 100, ROAD: 200}
    desk.paint(Box(0, 0, 10, 10), ROAD)
    assert desk.head.pixels == {ROAD: 300}
    desk.undo()
    desk.undo()
    assert desk.head.pixels == {SKY: 200}
    desk.redo()
    assert desk.head.pixels == {SKY: 100, ROAD: 200}


def test_painting_a_class_where_it_is_already_tells_only_what_is_new(desk):
    desk.paint(Box(0, 0, 20, 10), SKY)
    desk.paint(Box(10, 0, 30, 10), SKY)
    assert desk.head.pixels == {SKY: 300}
    assert desk.head.told == 2


def test_a_step_that_was_followed_nowhere_is_told_apart(desk):
    edit = desk.paint(Box(0, 0, 10, 10), SKY)
    later = PaintedStrokes(desk.head)
    assert not later.undone()
    later.done(edit)
    assert later.undone()


def test_a_confirmed_part_counts_as_painted_until_that_is_taken_back(desk):
    desk.replace(desk.map.accept(np.full((HEIGHT, WIDTH), ROAD, np.uint8)))
    part = LabelMap(desk.map.labels.copy(), desk.map.provenance.copy())
    part.provenance[10:20, 120:140] = Provenance.CONFIRMED
    desk.replace(part)
    assert desk.head.pixels == {ROAD: 200}
    desk.paint(Box(130, 10, 140, 20), SKY)
    assert desk.head.pixels == {ROAD: 100, SKY: 100}
    desk.undo()
    assert desk.head.pixels == {ROAD: 200}
    desk.undo()
    assert desk.head.pixels == {}
    desk.redo()
    assert desk.head.pixels == {ROAD: 200}


def test_predicted_confirmed_and_reopened_pixels_are_no_strokes(desk):
    desk.paint(Box(0, 0, 10, 10), SKY)
    desk.replace(desk.map.accept(np.full((HEIGHT, WIDTH), ROAD, np.uint8)))
    desk.replace(desk.map.confirm())
    desk.replace(desk.map.reopen())
    assert desk.head.pixels == {SKY: 100}
    assert desk.head.told == 1


def test_a_predicted_pixel_that_is_painted_with_its_own_class_is_a_stroke(desk):
    desk.replace(desk.map.accept(np.full((HEIGHT, WIDTH), ROAD, np.uint8)))
    desk.paint(Box(0, 0, 10, 10), ROAD)
    assert desk.head.pixels == {ROAD: 100}


def test_erased_pixels_are_forgotten_and_stay_empty_until_a_stroke_paints_into_them(desk):
    desk.paint(Box(0, 0, 20, 10), SKY)
    desk.replace(desk.map.accept(np.full((HEIGHT, WIDTH), ROAD, np.uint8)))
    desk.paint(Box(10, 0, 30, 10), IGNORE_INDEX)
    assert desk.head.pixels == {SKY: 100}
    assert desk.kept_empty == 200
    desk.paint(Box(100, 100, 110, 110), ROAD)
    assert desk.kept_empty == 200
    desk.paint(Box(12, 2, 14, 4), SKY)
    assert desk.kept_empty == 0
    desk.undo()
    assert desk.kept_empty == 200
    desk.undo()
    desk.undo()
    assert desk.kept_empty == 0
    assert desk.head.pixels == {SKY: 200}
    desk.redo()
    assert desk.kept_empty == 200


def test_many_steps_settled_at_once_come_to_the_same(desk):
    other = Desk()
    gestures = ((Box(0, 0, 60, 60), SKY), (Box(30, 30, 90, 90), ROAD), (Box(40, 0, 50, 90), IGNORE_INDEX))
    for box, value in gestures:
        desk.paint(box, value)
    desk.undo()
    other.strokes.settle, settle = lambda _: None, other.strokes.settle
    for box, value in gestures:
        other.paint(box, value)
    other.undo()
    settle(other.map)
    assert other.head.pixels == desk.head.pixels == {SKY: 60 * 60 - 30 * 30, ROAD: 3600}
    assert other.head.told == 2
