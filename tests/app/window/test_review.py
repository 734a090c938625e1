"""States that a person gives: reviewed, rejected, flagged, and notes."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.image_state import ImageState
from app.worklist.image_model import ID_ROLE
from segcore.labels.label_map import State
from segcore.project.marks import Mark, Marks, Verdict
from tests.app.window.open_window import wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def labelled(qtbot, opened):
    """a, b and c are done; a is open."""
    project = opened.document.project
    for name in ("b.png", "c.png"):
        project.import_labels(name, np.ones((64, 96), np.uint8))
        opened.records.saved(name, State.DONE)
    opened.document.change(lambda tile, _: tile.accept(np.ones_like(tile.labels)), "Accept")
    opened.actions_["done"].trigger()
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: opened.records.count(ImageState.DONE) == 3 and not opened.autosaver.pending)
    return opened


def shown(window):
    model = window.images.model
    return [model.index(row).data(ID_ROLE) for row in range(model.rowCount())]


def listed(window, name):
    return window.records.listed(name)


def filter_by(window, data):
    window.images.states.setCurrentIndex(window.images.states.findData(data))


def test_a_review_goes_from_image_to_image(qtbot, labelled):
    window = labelled
    review, actions = window.worklist.review, window.actions_
    actions["review"].trigger()
    assert review.bar.label.text() == "3 done images wait.  ·  a.png"
    actions["accept"].trigger()
    wait_image(qtbot, window, "b.png")
    assert listed(window, "a.png") is ImageState.REVIEWED
    actions["reject"].trigger()
    assert review.bar.field.hasFocus() or review.bar.field.isVisible()
    QTest.keyClicks(review.bar.field, "the car is missing")
    QTest.keyClick(review.bar.field, Qt.Key.Key_Return)
    assert listed(window, "b.png") is ImageState.REJECTED
    assert window.records.marks.of("b.png").note == "the car is missing"
    wait_image(qtbot, window, "c.png")
    assert review.bar.label.text() == "1 done image waits.  ·  c.png"
    actions["accept"].trigger()
    assert review.bar.label.text().startswith("No done image waits.")
    qtbot.waitUntil(lambda: window.records.of("b.png").state is State.PREDICTED)
    told = "2 of 4 done · 2 reviewed · 1 rejected"
    qtbot.waitUntil(lambda: window.images.summary.text().replace("\u00a0", " ") == told)
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert window.document.project.marks.all() == {
        "a.png": Mark(Verdict.REVIEWED),
        "b.png": Mark(Verdict.REJECTED, note="the car is missing"),
        "c.png": Mark(Verdict.REVIEWED),
    }


def test_a_verdict_is_over_when_the_labels_change(qtbot, labelled):
    window = labelled
    window.actions_["accept"].trigger()
    assert listed(window, "a.png") is ImageState.REVIEWED
    window.actions_["done"].trigger()  # opens it again
    window.autosaver.flush()
    qtbot.waitUntil(lambda: listed(window, "a.png") is ImageState.PREDICTED)
    window.worklist.review.reject("")
    assert listed(window, "a.png") is ImageState.REJECTED
    qtbot.waitUntil(lambda: window.document.image_id == "b.png")
    window.navigation.show("a.png")
    wait_image(qtbot, window, "a.png")
    window.actions_["done"].trigger()
    window.autosaver.flush()
    qtbot.waitUntil(lambda: listed(window, "a.png") is ImageState.DONE)


def test_a_note_and_a_flag_are_kept_and_found(qtbot, opened):
    window = opened
    window.actions_["flag"].trigger()
    window.actions_["note"].trigger()
    note = window.images.note
    assert note.isVisible()
    QTest.keyClicks(note, "ask Kim")
    QTest.keyClick(note, Qt.Key.Key_Escape)
    assert window.records.marks.of("a.png") == Mark(flagged=True, note="ask Kim")
    for data in ("flagged", "noted"):
        filter_by(window, data)
        assert shown(window) == ["a.png"]
    filter_by(window, None)
    window.images.model.set_filter("kim", None)
    assert shown(window) == ["a.png"]
    window.images.model.set_filter("", None)
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    assert note.isHidden()
    window.navigation.show("a.png")
    wait_image(qtbot, window, "a.png")
    assert note.toPlainText() == "ask Kim"
    window.actions_["flag"].trigger()
    assert not window.records.marks.of("a.png").flagged
    qtbot.waitUntil(lambda: not window.jobs.busy)
    window.document.project.marks._marks = None  # read the file again
    assert window.document.project.marks.all() == {"a.png": Mark(note="ask Kim")}


def test_a_note_that_was_just_typed_is_kept_when_the_window_closes(qtbot, opened):
    project = opened.document.project
    opened.actions_["note"].trigger()
    QTest.keyClicks(opened.images.note, "last words")
    opened.shutdown()
    assert Marks(project.root, nullcontext, print).all() == {"a.png": Mark(note="last words")}


def test_reviewed_and_rejected_are_filters(qtbot, labelled):
    window = labelled
    window.records.marks.set("b.png", verdict=Verdict.REVIEWED)
    filter_by(window, ImageState.REVIEWED)
    assert shown(window) == ["b.png"]
    filter_by(window, ImageState.DONE)
    assert shown(window) == ["a.png", "c.png"]


def test_all_selected_images_are_flagged_together(qtbot, opened):
    opened.images.list.selectAll()
    opened.actions_["flag"].trigger()
    assert all(opened.records.marks.of(name).flagged for name in opened.images.model.ids())
    opened.actions_["flag"].trigger()
    assert opened.records.marks.all() == dict.fromkeys(opened.images.model.ids(), Mark())
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    assert opened.document.project.marks.all() == {}


def test_an_image_without_labels_is_not_accepted(qtbot, opened):
    said = []
    opened.worklist.review.message.connect(said.append)
    opened.actions_["accept"].trigger()
    assert "nothing in it is labelled" in said[0]
    assert opened.records.marks.of("a.png") == Mark()
