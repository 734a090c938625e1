from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect

from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.document.pixel_facts import predicted_at, provenance_at
from segcore.editing import Box, diff
from segcore.editing.paint_policy import PaintPolicy
from segcore.errors import LabelError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap


def loaded(height: int = 300, width: int = 400, image_id: str = "a.png") -> LoadedImage:
    return LoadedImage(image_id, np.zeros((height, width, 3), np.uint8), LabelMap.blank(height, width))


def prediction_of(labels: np.ndarray) -> ProbabilityMap:
    probabilities = np.stack([np.where(labels == c, 204, 51).astype(np.uint8) for c in (0, 1)])
    return ProbabilityMap(probabilities, labels, np.zeros_like(labels), np.array([0, 1], np.uint8), "m")


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(loaded())
    yield document
    document.clear_image()


def paint(document: Document, box: Box, value: int = 1, name: str = "Brush") -> None:
    recorder = document.begin(name)
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    document.commit(recorder)


def test_a_stroke_reports_its_dirty_box_at_once_and_is_one_edit(document):
    dirty: list[QRect] = []
    edited: list[str] = []
    document.labels_changed.connect(dirty.append)
    document.edited.connect(edited.append)
    recorder = document.begin("Brush")
    for x in (10, 20):
        box = Box(x, 5, x + 4, 8)
        recorder.paint(box, np.ones((3, 4), np.bool_), 1)
    assert dirty == [QRect(10, 5, 4, 3), QRect(20, 5, 4, 3)]
    assert edited == ["a.png", "a.png"]
    document.commit(recorder)
    assert document.undo_name == "Brush"
    document.undo()
    assert (document.label_map.labels == 255).all()
    document.redo()
    assert (document.label_map.labels == 1).sum() == 24


def test_undo_during_a_stroke_reverts_it_and_nothing_more(document):
    paint(document, Box(0, 0, 5, 5))
    recorder = document.begin("Brush")
    recorder.paint(Box(50, 50, 60, 60), np.ones((10, 10), np.bool_), 0)
    document.undo()
    assert (document.label_map.labels != 255).sum() == 25
    recorder.paint(Box(50, 50, 60, 60), np.ones((10, 10), np.bool_), 0)
    document.commit(recorder)
    assert (document.label_map.labels != 255).sum() == 25


def test_another_image_commits_the_stroke_and_starts_a_new_history(document):
    first = document.label_map
    recorder = document.begin("Brush")
    recorder.paint(Box(0, 0, 2, 2), np.ones((2, 2), np.bool_), 1)
    document.show(loaded(image_id="b.png"))
    assert (first.labels == 1).sum() == 4
    assert not document.stroke_in_progress
    assert document.undo_name == ""
    assert recorder.closed


def test_accepting_never_changes_what_a_person_painted_and_is_one_edit(document):
    paint(document, Box(0, 0, 10, 10), 1)
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    assert (document.label_map.labels[:10, :10] == 1).all()
    assert (document.label_map.labels == 0).sum() == 300 * 400 - 100
    assert document.undo_name == "Accept prediction"
    document.undo()
    assert (document.label_map.labels == 255).sum() == 300 * 400 - 100
    assert document.prediction is not None


def test_a_prediction_of_another_size_is_refused_and_the_last_stays(document):
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)), accept=False)
    kept = document.prediction
    with pytest.raises(LabelError):
        document.set_prediction(prediction_of(np.zeros((30, 40), np.uint8)))
    assert document.prediction is kept
    assert (document.label_map.labels == 255).all()


def test_a_prediction_that_arrives_during_a_stroke_splits_it(document):
    recorder = document.begin("Brush")
    one = np.ones((1, 1), np.bool_)
    recorder.paint(Box(0, 0, 1, 1), one, 1)
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    recorder.paint(Box(1, 0, 2, 1), one, 1)
    document.commit(recorder)
    assert document.label_map.labels[0, :3].tolist() == [1, 1, 0]
    document.undo()
    assert document.label_map.labels[0, :3].tolist() == [1, 0, 0]
    document.undo()
    assert document.label_map.labels[0, :3].tolist() == [1, 255, 255]
    document.undo()
    assert (document.label_map.labels == 255).all()


def test_a_late_edit_is_rebased_and_one_for_another_image_dropped(document):
    seen, revision = LabelMap.blank(300, 400), document.revision
    edit = diff(seen, seen.accept(np.zeros((300, 400), np.uint8)), "CRF")
    paint(document, Box(0, 0, 10, 10), 1)
    assert document.apply(edit, revision)
    assert (document.label_map.labels == 1).sum() == 100
    assert (document.label_map.labels == 0).sum() == 300 * 400 - 100
    document.show(loaded(image_id="b.png"))
    assert not document.apply(edit, revision)
    assert (document.label_map.labels == 255).all()


def test_done_and_reopened(document):
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    document.mark_done()
    assert (document.label_map.provenance == Provenance.CONFIRMED).all()
    document.reopen()
    assert (document.label_map.provenance == Provenance.PREDICTED).all()
    document.undo()
    document.undo()
    assert (document.label_map.provenance == Provenance.PREDICTED).all()


def test_revision_grows_with_every_change_and_never_starts_again(document):
    seen = [document.revision]
    for step in (
        lambda: paint(document, Box(0, 0, 3, 3)),
        document.undo,
        document.redo,
        lambda: document.show(loaded()),
    ):
        step()
        seen.append(document.revision)
    assert seen == sorted(set(seen))


def test_active_class_follows_the_classes(document):
    document.set_active_class(1)
    document.set_active_class(77)
    assert document.active_class == 1
    document.set_classes(document.classes.removed(1))
    assert document.active_class == 0


def test_reading_pixels(document):
    assert document.label_at(0, 0) == 255
    assert document.label_at(400, 0) is None
    assert provenance_at(document, 0, 0) is Provenance.UNTOUCHED
    assert provenance_at(document, 0, 300) is None
    assert predicted_at(document, 0, 0) is None
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    assert predicted_at(document, 3, 4) == (0, pytest.approx(0.8))
    assert predicted_at(document, 3, 300) is None
    assert provenance_at(document, 3, 4) is Provenance.PREDICTED


def test_a_prediction_without_a_partner_or_of_another_size_is_read_as_what_it_is(document):
    predicted = prediction_of(np.full((300, 400), 255, np.uint8))
    document.set_prediction(predicted, accept=False)
    assert predicted_at(document, 3, 4) == (255, None)
    document.prediction = prediction_of(np.zeros((30, 40), np.uint8))
    assert predicted_at(document, 3, 4) is None


def test_a_stroke_tells_what_it_came_to(document):
    strokes = []
    document.stroke_ended.connect(strokes.append)
    box, mask = Box(0, 0, 4, 4), np.ones((4, 4), bool)
    for value in (1, 1, 0):
        recorder = document.begin("Brush")
        recorder.paint(box, mask, value)
        document.commit(recorder)
    document.revert(document.begin("Brush"))
    assert [stroke.changed for stroke in strokes] == [True, False, True]
    assert [stroke.value for stroke in strokes] == [1, 1, 0]
    assert all(stroke.covered and stroke.protected is None for stroke in strokes)
    document.set_policy(PaintPolicy(frozenset({255})))
    recorder = document.begin("Brush")
    recorder.paint(box, mask, 1)
    document.commit(recorder)
    assert (strokes[-1].changed, strokes[-1].protected) == (False, 0)


def test_a_stroke_that_another_edit_cut_in_two_has_changed_something(document):
    strokes = []
    document.stroke_ended.connect(strokes.append)
    recorder = document.begin("Brush")
    recorder.paint(Box(0, 0, 4, 4), np.ones((4, 4), bool), 1)
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    document.commit(recorder)
    assert strokes[-1].changed


def test_edits_are_compressed_when_idle(document, qtbot):
    document.set_prediction(prediction_of(np.zeros((300, 400), np.uint8)))
    assert document.history.nbytes == 2 * 2 * 300 * 400
    qtbot.waitUntil(lambda: document.history.nbytes < 10_000)
    document.undo()
    assert (document.label_map.labels == 255).all()


def test_labels_that_cannot_be_painted_into_are_copied(document):
    labels, provenance = np.zeros((8, 6), np.uint8).T, np.zeros((6, 8), np.uint8)
    provenance.setflags(write=False)
    document.show(LoadedImage("b.png", np.zeros((6, 8, 3), np.uint8), LabelMap(labels, provenance)))
    paint(document, Box(0, 0, 2, 2))
    assert document.label_map.labels[1, 1] == 1
    assert not labels.any()
