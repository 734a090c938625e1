"""Strokes and their answers: one undo step, whatever comes in between."""

from __future__ import annotations

import threading

import numpy as np

from app.adaptation.head_lane import HeadLane
from segcore.editing import Box, Recorder, diff
from segcore.editing.outcome import paints
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Progress
from tests.app.adaptation.live_desk import LEFT, RIGHT, ROAD, SKY
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH


def known(desk) -> dict[int, float]:
    """Pixels by class that the head was told of the open image."""
    return desk.live._lane._head._now.painted()


def test_two_strokes_label_the_whole_image(desk):
    desk.both()
    assert desk.empty == 0
    assert desk.right > 0.95
    painted = desk.document.label_map.provenance == Provenance.PAINTED
    assert painted.sum() == 2 * 256
    assert (desk.document.label_map.provenance[~painted] == Provenance.PREDICTED).all()
    assert known(desk) == {SKY: 256, ROAD: 256}
    assert [answer.changed > 0 for answer in desk.answers] == [True, True]
    assert desk.answers[1].flipped.mask.sum() == desk.answers[1].changed
    assert desk.messages[0] == "Live: everything is “sky” so far. Paint another class where it is not."
    assert desk.messages[1] == f"Live: {desk.answers[1].changed:,} pixels changed"


def test_undo_takes_a_stroke_back_with_all_that_followed_and_the_head_forgets_it(desk):
    desk.paint(LEFT, SKY)
    one = desk.labels.copy()
    desk.paint(RIGHT, ROAD)
    two = desk.labels.copy()
    assert desk.document.undo_name == "Brush"
    desk.document.undo()
    np.testing.assert_array_equal(desk.labels, one)
    desk.settle()
    assert known(desk) == {SKY: 256}
    desk.document.undo()
    desk.settle()
    assert desk.empty == HEIGHT * WIDTH
    assert known(desk) == {}
    desk.document.redo()
    desk.document.redo()
    np.testing.assert_array_equal(desk.labels, two)
    desk.settle()
    np.testing.assert_array_equal(desk.labels, two)
    assert known(desk) == {SKY: 256, ROAD: 256}
    assert desk.document.redo_name == ""


def test_erased_pixels_stay_empty_until_they_are_painted(desk):
    desk.both()
    erased = Box(30, 40, 40, 50)
    desk.paint(erased, IGNORE_INDEX)
    assert desk.empty == 100
    desk.paint(Box(10, 50, 14, 54), SKY)
    assert desk.empty == 100
    desk.document.undo()
    desk.document.undo()
    assert desk.empty == 0
    desk.document.redo()
    assert desk.empty == 100
    desk.paint(Box(32, 42, 36, 46), SKY)
    assert desk.empty == 0
    assert (desk.labels[erased.slices] == SKY).all()


def test_what_is_erased_teaches_nothing_any_more(desk):
    desk.both()
    desk.paint(RIGHT, IGNORE_INDEX)
    assert known(desk) == {SKY: 256}


def test_strokes_that_are_faster_than_answers_are_all_learned_and_answered_at_last(desk, monkeypatch):
    gate, asked = threading.Event(), []
    follow = HeadLane.follow

    def slowly(self, events, label_map, decide, region, fewest):
        asked.append((len(events), decide))
        gate.wait(10)
        return (yield from follow(self, events, label_map, decide, region, fewest))

    monkeypatch.setattr(HeadLane, "follow", slowly)
    desk.paint(LEFT, SKY, settle=False)
    desk.wait(lambda: asked)
    for n in range(3):
        desk.paint(Box(64, 10 * n + 4, 72, 10 * n + 10), ROAD, settle=False)
    assert desk.empty == HEIGHT * WIDTH - 256 - 3 * 48
    gate.set()
    desk.settle()
    assert asked == [(1, True), (3, True)]
    assert desk.right > 0.95
    assert len(desk.answers) == 1
    assert known(desk) == {SKY: 256, ROAD: 144}
    desk.document.undo()
    assert desk.empty == HEIGHT * WIDTH - 256 - 2 * 48


def test_an_answer_waits_for_the_stroke_that_began_meanwhile(desk):
    desk.paint(LEFT, SKY)
    desk.paint(RIGHT, ROAD, settle=False)
    document = desk.document
    recorder = document.begin("Brush")
    recorder.paint(Box(60, 10, 70, 20), np.ones((10, 10), np.bool_), ROAD)
    desk.settle()
    assert len(desk.answers) == 1
    document.revert(recorder)
    desk.settle()
    assert len(desk.answers) == 2
    assert desk.right > 0.95
    recorder = document.begin("Brush")
    desk.settle()
    document.commit(recorder)
    desk.settle()
    assert len(desk.answers) == 2
    document.undo()
    document.undo()
    assert desk.empty == HEIGHT * WIDTH


def test_undo_behind_the_opening_of_the_image_opens_it_anew(desk):
    desk.both()
    desk.show("b.png")
    desk.show("a.png")
    assert known(desk) == {SKY: 256, ROAD: 256}
    desk.document.undo()
    desk.settle()
    assert known(desk) == {SKY: 256}
    desk.document.redo()
    desk.settle()
    assert known(desk) == {SKY: 256, ROAD: 256}


def test_several_classes_in_one_edit_are_all_learned(desk):
    recorder = desk.document.begin("Edge refine")
    recorder.paint(LEFT, np.ones((16, 16), np.bool_), SKY)
    recorder.paint(RIGHT, np.ones((16, 16), np.bool_), ROAD)
    desk.document.commit(recorder)
    desk.settle()
    assert known(desk) == {SKY: 256, ROAD: 256}
    assert desk.right > 0.95


def test_a_prediction_is_no_stroke_and_asks_for_no_answer(desk):
    desk.both()
    count = len(desk.answers)
    label_map = desk.document.label_map
    desk.document.replace(label_map.accept(np.full(label_map.shape, 2, np.uint8)), "Accept prediction")
    desk.settle()
    assert len(desk.answers) == count
    assert (desk.labels == 2).sum() == HEIGHT * WIDTH - 512
    assert known(desk) == {SKY: 256, ROAD: 256}


def test_a_large_image_gets_its_visible_part_first_and_is_still_one_step(desk, monkeypatch):
    monkeypatch.setattr("app.adaptation.stroke_answers.LARGE_PIXELS", 1000)
    desk.paint(LEFT, SKY)
    desk.visible = Box(40, 0, WIDTH, 20)
    count = len(desk.answers)
    desk.paint(RIGHT, ROAD)
    seen, rest = desk.answers[count:]
    assert 0 < seen.flipped.box.bottom <= 20
    assert seen.flipped.box.left >= 40
    assert rest.changed > 0
    assert desk.right > 0.95
    desk.document.undo()
    assert (desk.labels == SKY).all()
    desk.document.redo()
    assert desk.right > 0.95


def test_the_rest_of_a_large_image_waits_for_the_next_stroke(desk, monkeypatch):
    monkeypatch.setattr("app.adaptation.stroke_answers.LARGE_PIXELS", 1000)
    desk.paint(LEFT, SKY)
    gate, follow, begun = threading.Event(), HeadLane.follow, []

    def slowly(self, events, label_map, decide, region, fewest):
        begun.append(region)
        if len(begun) == 2:
            yield Progress(0, 1)
            gate.wait(10)
            yield Progress(0, 1)
        return (yield from follow(self, events, label_map, decide, region, fewest))

    monkeypatch.setattr(HeadLane, "follow", slowly)
    desk.visible = Box(40, 0, WIDTH, 20)
    desk.paint(RIGHT, ROAD, settle=False)
    desk.wait(lambda: len(begun) == 2)
    desk.paint(Box(60, 50, 70, 60), ROAD, settle=False)
    gate.set()
    desk.settle()
    assert begun == [desk.visible, None, desk.visible, None]
    assert desk.right > 0.95
    assert known(desk) == {SKY: 256, ROAD: 356}
    desk.document.undo()
    assert (desk.labels[40:] == SKY).mean() > 0.9


def command(desk, box: Box, value: int, how: Provenance, name: str = "Replace a class") -> None:
    """Do what a command of the menu Labels does."""
    label_map = desk.document.label_map
    after = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
    after.labels[box.slices], after.provenance[box.slices] = value, how
    edit = diff(label_map, after, name)
    stroke = Recorder(label_map, name) if paints(edit) else None
    assert desk.document.apply(edit, desk.document.revision, stroke)
    desk.settle()


def test_a_command_that_paints_gets_an_answer_in_its_own_undo_step(desk):
    desk.paint(LEFT, SKY)
    one = desk.labels.copy()
    command(desk, RIGHT, ROAD, Provenance.PAINTED)
    assert known(desk) == {SKY: 256, ROAD: 256}
    assert desk.right > 0.95
    assert desk.document.undo_name == "Replace a class"
    desk.document.undo()
    np.testing.assert_array_equal(desk.labels, one)
    desk.settle()
    assert known(desk) == {SKY: 256}


def test_a_command_with_the_only_class_does_not_fill_the_rest_of_the_image(desk):
    command(desk, LEFT, SKY, Provenance.PAINTED, "Threshold")
    assert known(desk) == {SKY: 256}
    assert desk.empty == HEIGHT * WIDTH - 256
    command(desk, RIGHT, ROAD, Provenance.PAINTED, "Threshold")
    assert desk.right > 0.95


def test_what_is_confirmed_counts_as_painted_and_is_answered(desk):
    desk.paint(LEFT, SKY)
    command(desk, RIGHT, ROAD, Provenance.CONFIRMED, "Confirm")
    assert known(desk) == {SKY: 256, ROAD: 256}
    assert desk.right > 0.95
    desk.document.undo()
    desk.settle()
    assert known(desk) == {SKY: 256}


def test_an_image_that_is_marked_as_done_is_not_learned_as_a_stroke(desk):
    desk.both()
    desk.document.mark_done()
    desk.settle()
    assert known(desk) == {SKY: 256, ROAD: 256}
    desk.document.reopen()
    desk.settle()
    assert known(desk) == {SKY: 256, ROAD: 256}


def test_a_command_that_paints_nothing_gets_no_answer(desk):
    desk.both()
    count = len(desk.answers)
    command(desk, Box(30, 40, 40, 50), IGNORE_INDEX, Provenance.UNTOUCHED, "Clear")
    assert len(desk.answers) == count
    assert desk.empty == 100
