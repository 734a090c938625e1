from __future__ import annotations

import weakref

import numpy as np
import pytest

from app.document.copies import Copies
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from segcore.editing import Box
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(LoadedImage("a.png", np.zeros((300, 700, 3), np.uint8), LabelMap.blank(300, 700)))
    yield document
    document.clear_image()


def paint(document: Document, box: Box, value: int = 1) -> None:
    recorder = document.begin("Brush")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    document.commit(recorder)


def same(one: LabelMap, other: LabelMap) -> bool:
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.provenance, other.provenance)


def test_a_copy_is_not_reached_by_painting_while_somebody_holds_it(document):
    copies = Copies(document)
    held = copies.take(document.label_map)
    paint(document, Box(250, 250, 260, 260))
    assert (held.labels == 255).all()
    second = copies.take(document.label_map)
    assert same(second, document.label_map)
    assert second.labels is not held.labels
    assert (held.labels == 255).all()


def test_the_arrays_of_a_copy_that_nobody_holds_are_brought_up_to_date_where_it_was_painted(document):
    copies = Copies(document)
    arrays = copies.take(document.label_map).labels
    for box in (Box(0, 0, 1, 1), Box(255, 255, 257, 257), Box(690, 290, 700, 300), Box(100, 0, 600, 3)):
        paint(document, box)
        found = copies.take(document.label_map)
        assert found.labels is arrays
        assert same(found, document.label_map)
        del found
    document.undo()
    document.mark_done()
    assert same(copies.take(document.label_map), document.label_map)


def test_large_arrays_are_used_once_their_memory_is_found(document, qtbot, monkeypatch):
    monkeypatch.setattr("app.document.copies.FRESH", 0)
    paint(document, Box(690, 290, 700, 300))
    copies = Copies(document)
    qtbot.waitUntil(lambda: copies.ready(document.label_map, 1.0))
    assert same(copies.take(document.label_map), document.label_map)
    held = copies.take(document.label_map), Copies(document).take(document.label_map)
    assert all(same(each, document.label_map) for each in held)


def test_arrays_that_are_too_large_are_given_back_once_nobody_holds_the_copy(document, monkeypatch):
    monkeypatch.setattr("app.document.copies.KEPT", 0)
    copies = Copies(document)
    held = copies.take(document.label_map)
    arrays = weakref.ref(held.labels)
    paint(document, Box(1, 1, 9, 9))
    assert (held.labels == 255).all()
    assert same(copies.take(document.label_map), document.label_map)
    del held
    assert arrays() is None


def test_only_what_changed_is_copied_again(document):
    copies = Copies(document)
    arrays = copies.take(document.label_map).labels
    arrays[299, 699] = 7  # nobody paints there
    paint(document, Box(0, 0, 10, 10))
    found = copies.take(document.label_map)
    assert found.labels[299, 699] == 7
    assert (found.labels[:10, :10] == 1).all()


def test_another_image_has_copies_of_its_own(document):
    copies = Copies(document)
    left = document.label_map
    arrays = copies.take(left).labels
    document.show(LoadedImage("b.png", np.zeros((300, 700, 3), np.uint8), LabelMap.blank(300, 700)))
    assert copies.take(document.label_map).labels is not arrays
    assert same(copies.take(left), left), "the image that was left can still be saved"


def test_a_first_copy_is_made_in_turns_and_painting_meanwhile_is_in_it(document):
    copies = Copies(document)
    turns = 1
    while not copies.ready(document.label_map, 0.0):  # 2 x 3 squares, one a turn
        if turns < 4:
            paint(document, Box(10 * turns, 0, 10 * turns + 5, 5))  # into the first one again
        turns += 1
    assert turns == 9
    assert same(copies.take(document.label_map), document.label_map)


def test_a_copy_that_is_needed_before_it_is_ready_is_complete(document):
    copies = Copies(document)
    assert not copies.ready(document.label_map, 0.0)
    paint(document, Box(0, 0, 700, 300))
    assert same(copies.take(document.label_map), document.label_map)
