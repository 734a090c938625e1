from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect

from app.document.document import Document
from app.document.loaded_image import LoadedImage
from segcore.editing import Box, Edit, diff
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance

HEIGHT, WIDTH = 300, 400


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(LoadedImage("a.png", np.zeros((HEIGHT, WIDTH, 3), np.uint8), LabelMap.blank(HEIGHT, WIDTH)))
    yield document
    document.clear_image()


def paint(document: Document, box: Box, value: int = 1) -> Edit:
    made: list[Edit] = []
    document.committed.connect(made.append)
    recorder = document.begin("Brush")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    document.commit(recorder)
    document.committed.disconnect(made.append)
    return made[-1]


def filled(document: Document, value: int = 0) -> Edit:
    """An edit that gives every free pixel this label."""
    label_map = document.label_map
    return diff(label_map, label_map.accept(np.full(label_map.shape, value, np.uint8)), "Live")


def test_what_follows_a_stroke_is_taken_back_and_done_again_with_it(document):
    stroke = paint(document, Box(10, 10, 20, 20))
    said: list[tuple[Edit, Edit, Edit]] = []
    dirty: list[QRect] = []
    document.extended.connect(lambda *edits: said.append(edits))
    document.labels_changed.connect(dirty.append)
    more = filled(document)
    joined = document.extend(stroke, more, document.revision)
    assert said == [(stroke, more, joined)]
    assert dirty == [QRect(0, 0, WIDTH, HEIGHT)]
    assert document.undo_name == "Brush"
    assert np.bincount(document.label_map.labels.ravel()).tolist() == [HEIGHT * WIDTH - 100, 100]
    assert (document.label_map.provenance[10:20, 10:20] == Provenance.PAINTED).all()
    assert (document.label_map.provenance == Provenance.PREDICTED).sum() == HEIGHT * WIDTH - 100
    document.undo()
    assert (document.label_map.labels == 255).all()
    assert (document.label_map.provenance == Provenance.UNTOUCHED).all()
    assert document.undo_name == ""
    document.redo()
    assert np.bincount(document.label_map.labels.ravel()).tolist() == [HEIGHT * WIDTH - 100, 100]


def test_an_answer_that_comes_too_late_changes_nothing(document):
    first = paint(document, Box(10, 10, 20, 20))
    more, revision = filled(document), document.revision
    second = paint(document, Box(30, 30, 40, 40))
    assert document.extend(first, more, revision) is None
    assert document.extend(second, more, revision) is None
    assert document.extend(first, filled(document), document.revision) is None
    recorder = document.begin("Brush")
    assert document.extend(second, filled(document), document.revision) is None
    document.revert(recorder)
    document.undo()
    assert document.extend(second, filled(document), document.revision) is None
    assert document.extend(first, filled(document), document.revision) is None  # the second may be done again
    assert (document.label_map.labels != 255).sum() == 100
    document.redo()
    assert (document.label_map.labels != 255).sum() == 200


def test_a_later_stroke_has_a_step_of_its_own(document):
    stroke = paint(document, Box(10, 10, 20, 20))
    document.extend(stroke, filled(document), document.revision)
    paint(document, Box(0, 0, 100, 100))
    document.undo()
    assert np.bincount(document.label_map.labels.ravel()).tolist() == [HEIGHT * WIDTH - 100, 100]
    document.undo()
    assert (document.label_map.labels == 255).all()
