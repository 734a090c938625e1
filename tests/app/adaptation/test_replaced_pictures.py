"""Live with an image whose file another program replaced, and that is read again."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.labels.classes import IGNORE_INDEX
from tests.app.adaptation.live_desk import LEFT, ROAD, SKY
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH


def replace(desk, name: str = "a.png", value: int = 200) -> None:
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), value, np.uint8)).save(desk.project.images / name)


def known(desk) -> float:
    """How much the head has of earlier images."""
    head = desk.live._lane._head
    return float(np.abs(head._coarse.known().xx).max())


def of_the_image(desk) -> dict[int, float]:
    return desk.live._lane._head._now.painted()


def again(desk, name: str = "a.png") -> None:
    """The picture is replaced and read again, as the button does it."""
    desk.autosaver.flush()
    desk.settle()
    replace(desk, name)
    desk.show(name)


@pytest.mark.parametrize("done", [True, False])
def test_what_was_learned_from_the_earlier_picture_is_forgotten(desk, done):
    desk.both()
    if done:
        desk.document.mark_done()
        desk.settle()
    again(desk)
    assert desk.document.replaced
    assert known(desk) < 1e-6
    assert of_the_image(desk) == {}  # nor are the old labels learned on the new picture
    desk.show("b.png")
    assert desk.empty == HEIGHT * WIDTH  # nothing is known, so nothing is said
    assert not desk.errors


def test_an_earlier_image_that_was_replaced_is_forgotten_when_it_is_opened(desk):
    desk.both()
    desk.show("b.png")
    replace(desk)
    desk.show("a.png")
    assert known(desk) < 1e-6


def test_strokes_on_the_new_picture_are_learned(desk):
    desk.both()
    again(desk)
    desk.paint(LEFT, ROAD)
    assert set(of_the_image(desk)) == {ROAD}
    desk.show("b.png")
    desk.show("a.png")  # still not said to fit
    assert SKY not in of_the_image(desk)


@pytest.mark.parametrize("done", [True, False])
def test_labels_that_fit_the_new_picture_are_learned(desk, done):
    desk.both()
    again(desk)
    if done:
        desk.document.mark_done()
    else:  # the button "The labels fit"
        desk.document.replaced = False
        desk.document.edited.emit("a.png")
    desk.settle()
    assert set(of_the_image(desk)) >= {SKY, ROAD}
    desk.show("b.png")
    assert desk.live._lane._head.state()[1] == {"a.png": done}
    assert desk.right > 0.95


def test_a_done_image_that_was_replaced_is_not_learned_when_it_is_left(desk):
    desk.both()
    desk.document.mark_done()
    desk.settle()
    again(desk)
    desk.show("b.png")
    assert desk.live._lane._head.state()[1] == {}


def test_a_new_picture_without_labels_gets_a_suggestion(desk):
    desk.both()
    desk.show("b.png")
    desk.document.undo()
    desk.autosaver.flush()
    desk.settle()
    desk.show("b.png")
    assert (desk.labels == IGNORE_INDEX).all()  # read again: no other suggestion
    again(desk, "b.png")
    assert desk.right > 0.95
