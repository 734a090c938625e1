"""Drafts of answers: shown while the answer to a stroke on a large image is made, and never in the labels."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QRect

from app.adaptation.draft import Draft
from app.adaptation.head_lane import HeadLane
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Progress
from tests.app.adaptation.live_desk import LEFT, RIGHT, ROAD, SKY
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH

NEW = Box(60, 50, 70, 60)


def test_a_draft_fills_free_pixels_of_its_cells_and_shows_what_is_painted_later():
    label_map = LabelMap.blank(6, 10)
    label_map.labels[0], label_map.provenance[0] = 1, Provenance.PAINTED
    kept = Covered(Box(8, 2, 12, 4), np.ones((2, 4), np.bool_))
    draft = Draft(label_map, np.array([[2, 255]], np.uint8), Box(1, 0, 3, 1), 4, [kept])
    expected = np.full((6, 10), 255, np.uint8)
    expected[0] = 1
    expected[1:4, 4:8] = 2
    np.testing.assert_array_equal(draft.labels, expected)
    now = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
    now.labels[3:5, 3:6], now.provenance[3:5, 3:6] = 1, Provenance.PAINTED
    draft.follow(now, Box(0, 2, 10, 6))
    expected[3:5, 3:6] = 1
    np.testing.assert_array_equal(draft.labels, expected)


@pytest.fixture
def waiting(desk, monkeypatch):
    """A large image with a stroke, then another one whose draft is shown and whose answer waits for the event."""
    monkeypatch.setattr("app.adaptation.stroke_answers.LARGE_PIXELS", 1000)
    desk.paint(LEFT, SKY)
    gate, follow = threading.Event(), HeadLane.follow

    def slowly(self, events, label_map, decide, region, fewest):
        if decide:
            yield Progress(0, 1)
            gate.wait(10)
            yield Progress(0, 1)
        return (yield from follow(self, events, label_map, decide, region, fewest))

    monkeypatch.setattr(HeadLane, "follow", slowly)
    desk.drafts = []
    desk.live.drafted.connect(
        lambda labels, rect: desk.drafts.append((None if labels is None else labels.copy(), rect))
    )
    desk.paint(RIGHT, ROAD, settle=False)
    desk.wait(lambda: desk.drafts)
    yield desk, gate
    gate.set()


def test_a_large_image_shows_a_draft_first_and_the_answer_is_one_step(waiting):
    desk, gate = waiting
    draft, rect = desk.drafts[0]
    assert rect.isEmpty()
    truth = np.where(np.arange(WIDTH) < 48, SKY, ROAD) * np.ones((HEIGHT, 1), int)
    assert (draft == truth).mean() > 0.9
    assert (desk.labels == SKY).sum() == HEIGHT * WIDTH - 256  # nothing of it is in the labels
    gate.set()
    desk.settle()
    assert desk.right > 0.95
    assert [labels is None for labels, _ in desk.drafts] == [False, True]
    desk.document.undo()
    assert (desk.labels == SKY).all()


def test_what_is_painted_meanwhile_is_shown_and_its_own_draft_follows(waiting):
    desk, gate = waiting
    desk.paint(NEW, SKY, settle=False)
    draft, rect = desk.drafts[1]
    assert rect == QRect(NEW.left, NEW.top, NEW.width, NEW.height)
    assert (draft[NEW.slices] == SKY).all()
    gate.set()
    desk.settle()
    assert sum(labels is not None and rect.isEmpty() for labels, rect in desk.drafts) == 2
    assert desk.drafts[-1][0] is None
    assert (desk.labels[NEW.slices] == SKY).all()


@pytest.mark.parametrize("what", ["undo", "erase", "switch off", "another image"])
def test_a_draft_ends_with_the_stroke_that_it_belongs_to(waiting, what):
    desk, gate = waiting
    if what == "undo":
        desk.document.undo()
    elif what == "erase":
        desk.paint(NEW, IGNORE_INDEX, settle=False)
    elif what == "switch off":
        desk.live.switch(False)
    else:
        desk.document.clear_image()
    desk.wait(lambda: desk.drafts[-1][0] is None)
    gate.set()
