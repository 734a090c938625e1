"""Live and the class list: classes that are removed, added, merged and replaced."""

from __future__ import annotations

import numpy as np

from segcore.labels.class_history import ClassHistory
from segcore.labels.label_map import Provenance
from tests.app.adaptation.live_desk import CLASSES, LEFT, RIGHT, ROAD, SKY
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH


def pixels(desk) -> dict[int, float]:
    return desk.live._lane._head._now.painted()


def test_a_removed_class_is_said_no_more(desk):
    desk.both()
    desk.project.set_classes(CLASSES.removed(ROAD))
    desk.document.set_classes(desk.project.classes)
    desk.document.clear_image()
    desk.show("a.png")
    assert pixels(desk) == {SKY: 256}
    desk.show("b.png")
    desk.paint(LEFT, SKY)
    assert set(np.unique(desk.labels)) == {SKY}
    assert desk.errors == []
    assert isinstance(desk.project.class_history, ClassHistory)


def test_an_answer_under_way_never_brings_back_a_removed_class(desk):
    desk.paint(LEFT, SKY)
    desk.paint(RIGHT, ROAD, settle=False)
    desk.project.set_classes(CLASSES.removed(ROAD))
    desk.document.set_classes(desk.project.classes)
    desk.settle()
    painted = desk.document.label_map.provenance == Provenance.PAINTED
    assert set(np.unique(desk.labels[~painted])) == {SKY}
    assert pixels(desk) == {SKY: 256}
    assert desk.errors == []


def test_a_stroke_can_be_undone_after_its_class_was_removed(desk):
    desk.both()
    desk.project.set_classes(CLASSES.removed(ROAD))
    desk.document.set_classes(desk.project.classes)
    desk.settle()
    desk.document.undo()
    desk.settle()
    assert desk.live.on
    assert desk.errors == []
    assert pixels(desk) == {SKY: 256}


def test_a_class_that_is_added_appears_after_two_strokes(desk):
    desk.paint(LEFT, SKY)
    classes = CLASSES.added("crack")
    desk.project.set_classes(classes)
    desk.document.set_classes(classes)
    crack = int(classes.indices[-1])
    desk.paint(RIGHT, crack)
    assert (desk.labels == crack).sum() > 0.4 * HEIGHT * WIDTH
