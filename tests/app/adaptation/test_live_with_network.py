"""Live and the network in use: it joins while a person paints, and goes again."""

from __future__ import annotations

from segcore.labels.label_map import State
from tests.app.adaptation.live_desk import LEFT, RIGHT, ROAD, SKY


def follows(desk) -> bool:
    return desk.live._lane._head._now.shares is not None


def test_an_image_opens_with_what_the_network_says(sit):
    desk = sit()
    desk.features.network = (SKY, ROAD)
    desk.begin()
    assert desk.right > 0.95
    assert desk.document.label_map.state() is State.PREDICTED


def test_a_network_that_is_chosen_joins_the_open_image_and_strokes_go_on(sit):
    desk = sit().begin()
    desk.paint(LEFT, SKY)
    desk.features.network = (SKY, ROAD)
    desk.live.look_at_network()
    assert desk.live.ready
    desk.settle()
    assert follows(desk)
    assert any("model in use" in text for text in desk.messages)
    desk.paint(RIGHT, ROAD)
    assert desk.right > 0.95
    while desk.document.undo_name:
        desk.document.undo()
    desk.settle()
    assert desk.empty == desk.labels.size
    assert not desk.errors


def test_without_the_network_the_image_is_answered_by_what_was_painted(sit):
    desk = sit()
    desk.features.network = (ROAD, SKY)
    desk.begin().both()
    desk.features.network = None
    desk.live.look_at_network()
    desk.settle()
    assert not follows(desk)
    desk.paint(LEFT, SKY)
    assert desk.right > 0.95


def test_the_same_network_changes_nothing(sit):
    desk = sit()
    desk.features.network = (SKY, ROAD)
    desk.begin().paint(LEFT, SKY)
    desk.messages.clear()
    desk.live.look_at_network()
    desk.settle()
    assert not desk.messages


def test_a_network_that_is_chosen_while_the_image_gets_ready_joins_then(sit):
    desk = sit()
    desk.live.warm_up()
    desk.document.show(desk.loaded("a.png"))
    desk.features.network = (SKY, ROAD)
    desk.live.look_at_network()
    desk.settle()
    assert follows(desk)


def test_a_network_that_comes_after_the_image_was_left_joins_the_next_only(sit):
    desk = sit().begin()
    desk.paint(LEFT, SKY)
    desk.features.network = (SKY, ROAD)
    desk.live.look_at_network()
    desk.document.show(desk.loaded("b.png"))
    desk.settle()
    assert follows(desk)
    assert desk.live._lane._opened[0].image_id == "b.png"


def test_nothing_is_looked_at_while_live_is_off(sit):
    desk = sit()
    desk.live.switch(False)
    desk.begin()
    desk.live.look_at_network()
    assert not desk.jobs.busy
