"""Ctrl+Z after what was done to many images, and after a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document.image_state import ImageState
from segcore.editing import Box
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.project.project import Project
from tests.app.window.conftest import photos as photos
from tests.app.window.open_window import CLASSES, key, wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SHAPE = (64, 96)
NAMES = ("a.png", "b.png", "c.png")


@pytest.fixture
def window(qtbot, window, photos):
    """The left half of a, b and c is class 1, the right half class 0, painted."""
    with Project.for_folder(photos, CLASSES) as project:
        for name in NAMES:
            labels = np.zeros(SHAPE, np.uint8)
            labels[:, :48] = 1
            project.save_label_map(name, LabelMap(labels, np.full(SHAPE, Provenance.PAINTED, np.uint8)))
    window.open_path(photos)
    wait_image(qtbot, window, "a.png")
    qtbot.waitUntil(lambda: len(window.records.all()) == 4)
    return window


def ended(qtbot, window):
    runs = window.class_list.everywhere, window.worklist.marking, window.worklist.review
    qtbot.waitUntil(lambda: all(run._run is None for run in runs))
    window.autosaver.flush()
    qtbot.waitUntil(lambda: not window.autosaver.pending and not window.jobs.busy)


def undo(qtbot, window):
    key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    ended(qtbot, window)


def says(window):
    return window.actions_["undo"].text().replace("&", "")


def left(window):
    """Class values of the left half on the disk."""
    return [int(window.document.project.load_label_map(name).labels[5, 5]) for name in NAMES]


def paint(window):
    recorder = window.document.begin("Brush")
    recorder.paint(Box(0, 0, 4, 4), np.ones((4, 4), np.bool_), 0)
    window.document.commit(recorder)


def replace(qtbot, window):
    window.class_list.everywhere.replace(1, 2)
    ended(qtbot, window)


def test_undo_takes_a_replacement_back_in_all_images(qtbot, window):
    replace(qtbot, window)
    assert left(window) == [2, 2, 2]
    assert says(window) == "Undo Replace a class in all images"
    undo(qtbot, window)
    assert left(window) == [1, 1, 1]
    assert says(window) == "Undo"


def test_undo_takes_a_merge_back_though_the_history_of_the_image_went_with_the_class(qtbot, window):
    window.class_list.everywhere.merge(1, 2)
    qtbot.waitUntil(lambda: len(window.document.classes) == 2)
    ended(qtbot, window)
    assert says(window) == "Undo Merge classes"
    undo(qtbot, window)
    assert left(window) == [1, 1, 1]
    assert window.document.classes.names == ["background", "road", "car"]


def test_an_edit_made_since_is_undone_first(qtbot, window):
    replace(qtbot, window)
    paint(window)
    assert says(window) == "Undo Brush"
    undo(qtbot, window)
    assert says(window) == "Undo Replace a class in all images"
    undo(qtbot, window)
    assert left(window) == [1, 1, 1]


def test_it_is_still_the_last_thing_when_another_image_is_looked_at(qtbot, window):
    replace(qtbot, window)
    window.navigation.show("süd/d.png")
    wait_image(qtbot, window, "süd/d.png")
    assert says(window) == "Undo Replace a class in all images"
    undo(qtbot, window)
    assert left(window) == [1, 1, 1]


def test_once_the_notice_is_dismissed_undo_is_about_the_open_image_and_says_so(qtbot, window):
    replace(qtbot, window)
    window.class_list.everywhere.notice.close_button.click()
    undo(qtbot, window)
    assert left(window) == [1, 2, 2]
    assert window.status.currentMessage() == "Taken back in this image only; the others stay changed."
    window.actions_["redo"].trigger()
    assert window.status.currentMessage() == "Done again in this image only; the others stay as they are."


def test_undo_takes_marking_back(qtbot, window):
    window.worklist.marking.mark(NAMES)
    ended(qtbot, window)
    assert says(window) == "Undo Mark images as done"
    assert window.records.count(ImageState.DONE) == 3
    undo(qtbot, window)
    assert window.records.count(ImageState.DONE) == 0


def test_the_newest_of_two_notices_is_taken_back_first(qtbot, window):
    replace(qtbot, window)
    window.worklist.marking.mark(NAMES)
    ended(qtbot, window)
    undo(qtbot, window)
    assert says(window) == "Undo Replace a class in all images"
    undo(qtbot, window)
    assert left(window) == [1, 1, 1]


def judged(window, name):
    return window.records.marks.of(name).verdict.value, window.document.project.load_label_map(name).state()


@pytest.mark.parametrize("reviewing", [False, True])
def test_undo_takes_an_accepted_image_back(qtbot, window, reviewing):
    for name in ("b.png", "c.png"):
        window.document.project.save_label_map(name, window.document.project.load_label_map(name).confirm())
        window.records.saved(name, State.DONE)
    if reviewing:
        window.worklist.review.bar.show()
    window.actions_["accept"].trigger()
    if reviewing:
        wait_image(qtbot, window, "b.png")
    ended(qtbot, window)
    assert judged(window, "a.png") == ("accepted", State.DONE)
    assert window.worklist.review.notice.label.text() == "a.png is reviewed."
    assert says(window) == "Undo Verdict"
    undo(qtbot, window)
    wait_image(qtbot, window, "a.png")
    ended(qtbot, window)
    assert judged(window, "a.png") == ("", State.IN_PROGRESS)
    assert window.worklist.review.notice.isHidden()


def test_undo_takes_a_rejection_back_with_its_note(qtbot, window):
    window.actions_["done"].trigger()
    ended(qtbot, window)
    window.worklist.review.reject("too coarse")
    ended(qtbot, window)
    assert judged(window, "a.png") == ("rejected", State.IN_PROGRESS)
    undo(qtbot, window)
    assert judged(window, "a.png") == ("", State.DONE)
    assert window.records.marks.of("a.png").note == ""


def test_a_verdict_is_offered_until_the_image_after_the_next_one(qtbot, window):
    window.actions_["accept"].trigger()
    ended(qtbot, window)
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    assert window.worklist.review.notice.isHidden()
    assert says(window) == "Undo"


def test_only_the_last_notice_takes_room_and_the_one_before_comes_back(qtbot, window):
    replace(qtbot, window)
    first, second = window.class_list.everywhere.notice, window.worklist.marking.notice
    window.worklist.marking.mark(["b.png"])
    ended(qtbot, window)
    assert first.isHidden()
    assert not second.isHidden()
    undo(qtbot, window)
    assert second.isHidden()
    assert not first.isHidden()
    undo(qtbot, window)
    assert first.isHidden()
    assert left(window) == [1, 1, 1]
