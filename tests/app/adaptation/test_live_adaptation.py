"""The switch Live: images, projects, classes, what is kept, and failures."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.adaptation.head_lane import HeadLane
from app.adaptation.live_adaptation import WAIT_MS
from app.adaptation.next_images import COUNT
from segcore.errors import ProjectError, WeightsUnavailableError
from segcore.labels.label_map import Provenance
from segcore.project.project import Access, Project
from segcore.project.project_places import head_path
from tests.app.adaptation.live_desk import LEFT, NAMES, RIGHT, ROAD, SKY
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH


def pixels(desk) -> dict[int, float]:
    return desk.live._lane._head._now.painted()


# -- getting ready ---------------------------------------------------------------------------------------------------


def test_a_long_wait_for_the_first_image_is_told_and_its_end(sit):
    desk, waits = sit(), []
    desk.live.waited_for.connect(waits.append)
    desk.show("a.png")
    assert not waits
    desk.wait(lambda: waits == [True])
    assert desk.live.getting_ready
    desk.live.warm_up()
    desk.settle()
    assert waits == [True, False]
    desk.show("b.png")  # this one is ready at once
    desk.qtbot.wait(WAIT_MS + 50)
    assert waits == [True, False]


def test_a_stroke_that_is_painted_during_the_wait_gets_its_answer_after_it(sit):
    desk = sit()
    desk.show("a.png")
    desk.both()
    assert not desk.answers
    desk.live.warm_up()
    desk.settle()
    assert desk.right > 0.95
    assert desk.document.undo_name == "Brush"


def test_nobody_waits_for_what_is_switched_off(sit):
    desk, waits = sit(), []
    desk.live.waited_for.connect(waits.append)
    desk.show("a.png")
    desk.wait(lambda: waits == [True])
    desk.live.switch(False)
    assert waits == [True, False]
    desk.live.switch(True)
    desk.wait(lambda: waits == [True, False, True])
    desk.document.clear_image()
    assert waits == [True, False, True, False]


# -- images ----------------------------------------------------------------------------------------------------------


def test_the_next_image_begins_with_a_suggestion_that_is_one_undo_step(desk):
    desk.both()
    desk.show("b.png")
    assert desk.right > 0.95
    assert (desk.document.label_map.provenance == Provenance.PREDICTED).all()
    assert desk.document.undo_name == "Live"
    assert desk.messages[-1] == f"Live suggests labels for {HEIGHT * WIDTH:,} pixels; Undo takes them back."
    desk.document.undo()
    desk.settle()
    assert desk.empty == HEIGHT * WIDTH
    assert desk.document.undo_name == ""


def test_nothing_is_suggested_before_anything_is_known_nor_where_somebody_painted(desk):
    assert desk.empty == HEIGHT * WIDTH
    desk.both()
    label_map = desk.project.load_label_map("b.png")
    label_map.labels[:4], label_map.provenance[:4] = 2, Provenance.PAINTED
    desk.project.save_label_map("b.png", label_map)
    desk.show("b.png")
    assert desk.empty == (HEIGHT - 4) * WIDTH
    assert desk.document.undo_name == ""


def test_one_class_alone_is_no_suggestion_for_the_next_image(desk):
    desk.paint(LEFT, SKY)
    assert desk.messages[-1].startswith("Live: everything is")
    desk.show("b.png")
    assert desk.empty == HEIGHT * WIDTH
    assert desk.document.undo_name == ""


def test_a_prediction_stays_except_where_live_is_sure(desk):
    desk.both()
    desk.show("b.png")
    desk.document.undo()
    label_map = desk.document.label_map
    wrong = np.full((HEIGHT, WIDTH), SKY, np.uint8)
    desk.document.replace(label_map.accept(wrong), "Accept prediction")
    desk.autosaver.flush()
    desk.settle()
    desk.show("c.png")
    desk.show("b.png")
    assert desk.right > 0.95
    assert desk.answers[-1].flipped.mask.sum() == desk.answers[-1].changed > 0


def test_a_done_image_is_learned_as_a_whole_when_it_is_left(desk):
    desk.both()
    head = desk.live._lane._head
    assert not head._images.done("a.png")
    desk.document.mark_done()
    desk.show("b.png")
    assert head._images.done("a.png")
    desk.show("c.png")
    assert not head._images.done("b.png")


def test_strokes_that_came_before_the_features_are_learned_and_answered(sit, monkeypatch):
    desk = sit()
    desk.show("a.png")
    desk.paint(LEFT, SKY)
    desk.paint(RIGHT, ROAD)
    assert desk.empty == HEIGHT * WIDTH - 512
    desk.live.warm_up()
    desk.settle()
    assert pixels(desk) == {SKY: 256, ROAD: 256}
    assert desk.right > 0.95
    desk.document.undo()
    assert desk.empty == HEIGHT * WIDTH - 256
    desk.document.undo()
    assert desk.empty == HEIGHT * WIDTH


def test_an_answer_for_an_image_that_was_left_is_dropped(desk, monkeypatch):
    desk.paint(LEFT, SKY)
    gate, follow = threading.Event(), HeadLane.follow

    def slowly(self, *arguments):
        gate.wait(10)
        return (yield from follow(self, *arguments))

    monkeypatch.setattr(HeadLane, "follow", slowly)
    desk.paint(RIGHT, ROAD, settle=False)
    desk.qtbot.wait(50)
    desk.document.show(desk_image(desk, "b.png"))
    gate.set()
    desk.settle()
    assert desk.document.image_id == "b.png"
    assert all(answer.edit.box.bottom <= HEIGHT for answer in desk.answers)
    assert desk.document.undo_name in ("", "Live")
    assert (desk.document.label_map.provenance != Provenance.PAINTED).all()


def desk_image(desk, image_id):
    from app.document.loaded_image import load_image

    return load_image(desk.project, image_id)


def test_the_next_images_are_prepared_in_the_order_of_the_list(desk):
    assert desk.features.prepared == list(NAMES[1 : 1 + COUNT])
    desk.features.prepared.clear()
    desk.show("d.png")
    assert desk.features.prepared == ["e.png"]


# -- the switch ------------------------------------------------------------------------------------------------------


def test_off_it_leaves_the_labels_alone_and_on_it_goes_on_with_what_it_knew(desk):
    desk.paint(LEFT, SKY)
    desk.live.switch(False)
    assert desk.settings["live"] is False
    assert desk.switches[-1] is False
    labels = desk.labels.copy()
    desk.paint(RIGHT, ROAD)
    labels[RIGHT.slices] = ROAD
    np.testing.assert_array_equal(desk.labels, labels)
    desk.live.switch(True)
    desk.settle()
    assert desk.settings["live"] is True
    assert pixels(desk) == {SKY: 256, ROAD: 256}
    desk.document.undo()
    desk.settle()
    assert pixels(desk) == {SKY: 256}


def test_a_setting_that_says_off_is_kept_at_the_start(sit):
    desk = sit()
    desk.settings["live"] = False
    desk.begin().both()
    assert not desk.live.on
    assert desk.empty == HEIGHT * WIDTH - 512


def test_a_project_that_is_read_only_is_left_alone(sit):
    desk = sit()
    with Project.open(desk.project.root, Access.READ) as other:
        desk.document.set_project(other)
        desk.begin()
        assert not desk.live.ready
        desk.document.set_project(desk.project)
        desk.show("a.png")
        assert desk.live.ready


def test_another_project_begins_with_the_switch_as_the_person_set_it(sit):
    desk = sit()
    desk.features.failure = MemoryError()
    desk.begin()
    assert desk.switches == [False]
    desk.document.set_project(None)
    assert desk.switches == [False, True]
    assert desk.live.on


# -- what is kept ----------------------------------------------------------------------------------------------------


def test_what_was_learned_is_there_when_the_project_is_opened_again(sit):
    desk = sit().begin().both()
    desk.close()
    assert head_path(desk.project.root).is_file()
    again = sit().begin("b.png")
    assert again.right > 0.95
    assert again.errors == []


def test_it_is_saved_when_an_image_is_left(desk):
    desk.both()
    assert not head_path(desk.project.root).exists()
    desk.show("b.png")
    assert head_path(desk.project.root).is_file()


def test_looking_at_images_writes_nothing(desk):
    desk.show("b.png")
    desk.show("c.png")
    assert not head_path(desk.project.root).exists()


def test_a_damaged_file_is_told_and_live_starts_afresh(sit):
    desk = sit().begin().both()
    desk.close()
    head_path(desk.project.root).write_bytes(b"nonsense")
    again = sit().begin("b.png")
    assert "head.npz" in again.errors[0].message
    assert "afresh" in again.errors[0].remedy
    assert again.empty == HEIGHT * WIDTH
    again.both()
    assert again.right > 0.95
    again.close()
    third = sit().begin("c.png")
    assert third.errors == []
    assert third.right > 0.95


def test_what_cannot_be_saved_is_told_and_live_goes_on(desk, monkeypatch):
    desk.both()

    def full(project, head):
        raise ProjectError("No space left.", "Make room.")

    monkeypatch.setattr("segcore.adaptation.project_head.save_project_head", full)
    desk.show("b.png")
    assert [str(error) for error in desk.errors] == ["No space left. Make room."]
    assert desk.live.on
    assert desk.right > 0.4
    monkeypatch.undo()


def test_the_open_image_is_learned_when_the_window_closes_while_an_answer_is_on_its_way(sit, monkeypatch):
    desk = sit().begin().both()
    follow, begun = HeadLane.follow, threading.Event()

    def slowly(self, *arguments):
        begun.set()
        return (yield from follow(self, *arguments))

    monkeypatch.setattr(HeadLane, "follow", slowly)
    desk.paint(LEFT, ROAD, settle=False)
    begun.wait(5)
    desk.document.mark_done()
    desk.close()
    again = sit().begin("b.png")
    assert again.empty == 0


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "message", "remedy"),
    [
        (WeightsUnavailableError("The weights are not here.", "Install them."), "The weights are not here", "Install"),
        (MemoryError(), "not enough memory", "Close other programs"),
        (RuntimeError("CUDA out of memory."), "not enough memory", "Close other programs"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "torch cannot be loaded", "Install Maskwright"),
        (ZeroDivisionError("odd"), "did not expect", "log"),
    ],
)
def test_a_failure_switches_live_off_and_painting_goes_on(sit, failure, message, remedy):
    desk = sit()
    desk.features.failure = failure
    desk.begin()
    assert not desk.live.on
    assert desk.switches == [False]
    (error,) = desk.errors
    assert message in error.message
    assert error.message.startswith("Live is off")
    assert remedy in error.remedy
    desk.both()
    assert desk.empty == HEIGHT * WIDTH - 512
    desk.features.failure = None
    desk.live.switch(True)
    desk.settle()
    assert desk.settings["live"] is True
    assert pixels(desk) == {SKY: 256, ROAD: 256}


def test_a_failure_of_the_head_keeps_what_was_saved(desk, monkeypatch):
    desk.both()
    desk.show("b.png")
    kept = head_path(desk.project.root).read_bytes()

    def failing(*_):
        raise MemoryError

    monkeypatch.setattr("segcore.adaptation.live_head.LiveHead.add_stroke", failing)
    desk.paint(LEFT, SKY)
    assert not desk.live.on
    assert (desk.labels[LEFT.slices] == SKY).all()
    desk.show("c.png")
    assert head_path(desk.project.root).read_bytes() == kept


def test_a_class_that_was_replaced_everywhere_and_brought_back_is_told_apart_again(desk):
    desk.both()
    desk.show("b.png")
    desk.document.undo()  # the suggestion
    desk.live.remember()
    desk.live.replace_class(ROAD, SKY)
    desk.settle()
    head = desk.live._lane._head
    assert set(head._coarse.values) == {SKY}
    assert desk.document.undo_name == "", "read again, the image gets no other suggestion"
    desk.live.recall()
    desk.settle()
    assert set(head._coarse.values) == {SKY, ROAD}
    desk.show("c.png")
    assert desk.right > 0.95


def test_an_image_that_is_read_again_gets_no_other_suggestion(desk):
    desk.both()
    desk.show("b.png")
    desk.document.undo()
    desk.autosaver.flush()
    desk.show("b.png")
    assert desk.document.undo_name == ""
    desk.show("c.png")
    assert desk.document.undo_name == "Live"
