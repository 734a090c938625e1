"""A preview that is seen while the view moves leaves nothing behind on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from app.tools.toolbox import TABLE
from segcore.editing.brush import Point
from tests.app.tools.at_scale.screen import Hand
from tests.app.tools.test_every_tool import scene


@pytest.fixture
def hand(paper):
    paper.move(0, 0)
    paper.document.show(scene())
    paper.zoom_to(2.0)
    paper.centre_on(QPointF(40, 30))
    paper.setFocus()
    return Hand(paper)


@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_nothing_stays_after_zooming_with_a_preview(hand, name):
    canvas = hand.canvas
    canvas.set_tool(name)
    hand.move((60, 60))
    hand.shot()
    canvas.zoom_to(8.0, canvas.transform.to_view(Point(30, 30)))  # the same piece is under the pointer
    hand.shot()
    hand.move((2, 2))
    assert hand.shot().differing(hand.repainted()) == 0


def test_the_ring_that_shows_a_new_size_stays_in_the_middle_while_the_view_moves(hand):
    canvas = hand.canvas
    canvas.leaveEvent(None)
    canvas.options.set_radius(12)
    assert canvas._size_preview.active
    canvas.pan_by(40, 0)
    middle = canvas.tool.preview_rect(canvas.transform).center()
    assert (middle.x(), middle.y()) == pytest.approx((350, 250), abs=20)
    assert hand.shot().differing(hand.repainted()) == 0
    canvas.set_tool("wand")
    assert not canvas._size_preview.active


def test_without_an_image_no_ring_waits(paper):
    paper.document.clear_image()
    paper.leaveEvent(None)
    paper.options.set_radius(33)
    assert not paper._size_preview.active


def test_the_preview_of_a_shape_follows_a_zoom_by_the_wheel(hand):
    canvas = hand.canvas
    canvas.set_tool("rectangle")
    hand.press(20, 20)
    hand.move((80, 60))
    canvas.zoom_to(3.0, QPointF(350, 250))
    hand.key(Qt.Key.Key_Escape)
    assert hand.shot().differing(hand.repainted()) == 0
    hand.release(80, 60)
