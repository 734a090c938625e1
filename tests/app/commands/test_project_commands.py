"""Replacing and merging a class in all images, in the real window."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.adaptation.head_lane import HeadLane
from app.commands.everywhere import Everywhere
from segcore.editing import PaintPolicy
from segcore.editing.target import Where
from segcore.images.image import read_image
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project
from tests.app.window.conftest import photos as photos
from tests.app.window.open_window import CLASSES, wait_image

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SHAPE = (64, 96)
P, T = Provenance.PREDICTED, Provenance.PAINTED


@pytest.fixture
def window(qtbot, window, photos):
    """In a, b and c the left half is class 1, predicted in a and painted in b and c; d has no labels."""
    with Project.for_folder(photos, CLASSES) as project:
        for name, how in (("a.png", P), ("b.png", T), ("c.png", T)):
            labels, provenance = np.zeros(SHAPE, np.uint8), np.full(SHAPE, P, np.uint8)
            labels[:, :48], provenance[:, :48] = 1, how
            project.save_label_map(name, LabelMap(labels, provenance))
    window.open_path(photos)
    wait_image(qtbot, window, "a.png")
    qtbot.waitUntil(lambda: len(window.records.all()) == 4)
    return window


def ended(qtbot, window):
    qtbot.waitUntil(lambda: window.class_list.everywhere._run is None)
    window.autosaver.flush()
    qtbot.waitUntil(lambda: not window.autosaver.pending and not window.jobs.busy)


def values(window, name) -> list[int]:
    """Class values of the left and the right half."""
    project = window.document.project
    label_map = project.load_label_map(name)
    return [int(label_map.labels[5, 5]), int(label_map.labels[5, 90])]


def test_all_images_are_chosen_in_the_bar_and_one_click_takes_it_back(qtbot, window):
    window.actions_["labels_replace"].trigger()
    bar = window.labels.commands.bar
    for box, value in ((bar.where, Where.PROJECT), (bar.old, 1), (bar.new, 2)):
        box.setCurrentIndex(box.findData(value))
    qtbot.waitUntil(lambda: bar.says.text() == "3,072 pixels change in this one")
    QTest.keyClick(bar, Qt.Key.Key_Return)
    ended(qtbot, window)
    assert [values(window, name) for name in ("a.png", "b.png", "c.png")] == [[2, 0]] * 3
    assert window.document.project.load_label_map("b.png").provenance[5, 5] == T
    assert window.document.project.load_label_map("a.png").provenance[5, 5] == P
    assert window.document.undo_name == "Replace a class in all images"
    notice = window.class_list.everywhere.notice
    assert notice.label.text() == "“road” replaced by “car”: 3 images were changed."
    notice.undo_button.click()
    ended(qtbot, window)
    assert [values(window, name) for name in ("a.png", "b.png", "c.png")] == [[1, 0]] * 3
    assert window.status.currentMessage() == "Images that are as they were before: 3."


def test_a_class_that_no_image_has(qtbot, window):
    window.class_list.everywhere.replace(2, 0)
    ended(qtbot, window)
    assert window.status.currentMessage() == "No image has pixels of this class."
    assert window.class_list.everywhere.notice.isHidden()


def test_protected_labels_stay(qtbot, window):
    window.document.set_policy(PaintPolicy(frozenset({0})))
    window.class_list.everywhere.replace(1, 2)
    ended(qtbot, window)
    assert values(window, "b.png") == [1, 0]


def test_merging_asks_and_the_class_goes(qtbot, window):
    window.classes.merge_wanted.emit(1, 2)
    question = window.class_list.everywhere.question
    assert question.label.text().startswith("Merge “road” into “car”? Every pixel")
    question.answers[0].click()
    assert question.isHidden()
    qtbot.waitUntil(lambda: window.document.classes.names == ["background", "car"])
    ended(qtbot, window)
    wait_image(qtbot, window, "a.png")
    assert [values(window, name) for name in ("a.png", "b.png", "c.png")] == [[2, 0]] * 3
    assert (window.document.label_map.labels[:, :48] == 2).all()


def test_the_question_goes_when_another_image_is_opened(qtbot, window):
    window.classes.merge_wanted.emit(1, 2)
    question = window.class_list.everywhere.question
    assert not question.isHidden()
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    assert question.isHidden()


def test_a_locked_class_is_not_merged(window):
    window.document.set_policy(PaintPolicy(locked=frozenset({2})))
    window.classes.merge_wanted.emit(1, 2)
    assert window.class_list.everywhere.question.isHidden()
    assert window.status.currentMessage() == "“car” is locked. Unlock it in the class list first."


def merge(qtbot, window):
    window.class_list.everywhere.merge(1, 2)
    qtbot.waitUntil(lambda: len(window.document.classes) == 2)
    ended(qtbot, window)


def test_undoing_a_merge_brings_the_class_and_its_pixels_back(qtbot, window):
    merge(qtbot, window)
    window.class_editing.change(window.document.classes.changed(2, name="lorry"))
    ended(qtbot, window)
    window.class_list.everywhere.undo()
    ended(qtbot, window)
    assert window.document.project.classes.names == ["background", "road", "lorry"]
    assert [values(window, name) for name in ("a.png", "b.png", "c.png")] == [[1, 0]] * 3


def test_a_merge_cannot_be_undone_once_the_value_has_gone_to_another_class(qtbot, window):
    merge(qtbot, window)
    window.class_editing.change(window.document.classes.added("tree"))
    window.class_list.everywhere.undo()
    ended(qtbot, window)
    assert "Two classes share the index '1'" in window.banner.text
    assert values(window, "b.png") == [2, 0]


def test_live_keeps_what_it_knew_of_a_merged_class(qtbot, window, monkeypatch):
    said, lane = [], HeadLane(window.document.project, "Live")
    monkeypatch.setattr(lane, "rename_classes", said.append)
    monkeypatch.setattr(window.live, "_lane", lane)
    merge(qtbot, window)
    assert said == [{1: 2}]
    window.class_editing.remove(2)
    qtbot.waitUntil(lambda: said == [{1: 2}, {2: None}])


def test_a_cancelled_merge_keeps_the_class(qtbot, window):
    runs = []
    window.class_list.everywhere.job_started.connect(runs.append)
    window.class_list.everywhere.job_started.connect(lambda run: run.progressed.connect(lambda _: run.cancel()))
    window.class_list.everywhere.merge(1, 2)
    ended(qtbot, window)
    assert len(window.document.classes) == 3
    assert window.class_list.everywhere.notice.label.text().endswith(
        "1 image was changed. So the class stays in the list."
    )
    window.class_list.everywhere.undo()
    ended(qtbot, window)
    assert values(window, "a.png") == [1, 0]


def test_an_image_that_cannot_be_read_keeps_the_class(qtbot, window):
    project = window.document.project
    project.labels_path("b.png").write_bytes(b"no labels")
    window.class_list.everywhere.merge(1, 2)
    ended(qtbot, window)
    assert len(window.document.classes) == 3
    text = window.class_list.everywhere.notice.label.text()
    changed = "“road” merged into “car”: 2 images were changed."
    assert text == f"{changed} Not readable, and therefore as before: 1. So the class stays in the list."


def test_a_replacement_of_nothing_leaves_the_last_one_to_be_taken_back(qtbot, window):
    everywhere = window.class_list.everywhere
    for old in (1, 1):  # the second time no image has the class any more
        everywhere.replace(old, 2)
        ended(qtbot, window)
    everywhere.notice.undo_button.click()
    ended(qtbot, window)
    assert [values(window, name) for name in ("a.png", "b.png", "c.png")] == [[1, 0]] * 3


def test_live_is_told_of_a_replacement_and_that_it_was_taken_back(qtbot, window, monkeypatch):
    said, lane = [], HeadLane(window.document.project, "Live")
    monkeypatch.setattr(lane, "remember", lambda: said.append("remember"))
    monkeypatch.setattr(lane, "rename_classes", said.append)
    monkeypatch.setattr(lane, "recall", lambda: said.append("recall"))
    monkeypatch.setattr(window.live, "_lane", lane)
    everywhere = window.class_list.everywhere
    everywhere.replace(1, 2)
    ended(qtbot, window)
    assert said == ["remember", {1: 2}]
    everywhere.undo()
    ended(qtbot, window)
    assert said == ["remember", {1: 2}, "recall"]
    said.clear()
    everywhere.replace(1, 255)
    ended(qtbot, window)
    assert said == ["remember", {1: None}]


def test_live_keeps_a_class_apart_while_some_of_it_stays(qtbot, window, monkeypatch):
    said, lane = [], HeadLane(window.document.project, "Live")
    monkeypatch.setattr(lane, "rename_classes", said.append)
    monkeypatch.setattr(window.live, "_lane", lane)
    window.document.set_policy(PaintPolicy(only_free=True))
    window.class_list.everywhere.replace(1, 2)
    ended(qtbot, window)
    assert said == []


def ask(qtbot, window, name, where, number=None, says="in this one"):
    """Ask for a command in all images and apply it once the bar says what it does in the open one."""
    window.actions_[f"labels_{name}"].trigger()
    bar = window.labels.commands.bar
    bar.where.setCurrentIndex(bar.where.findData(where))
    if number is not None:
        bar.number.setValue(number)
    qtbot.waitUntil(lambda: says in bar.says.text())
    QTest.keyClick(bar, Qt.Key.Key_Return)
    ended(qtbot, window)


def test_a_class_is_shrunk_in_all_images_and_ctrl_z_takes_it_back_in_each(qtbot, window):
    window.document.set_active_class(1)
    ask(qtbot, window, "shrink", Where.PROJECT_CLASS, 3, "192 pixels change in this one")
    project = window.document.project
    for name in ("a.png", "b.png", "c.png"):
        assert int((project.load_label_map(name).labels == 1).sum()) == 45 * 64, "a rim of three pixels is gone"
    assert not project.labels_path("süd/d.png").exists(), "nobody has labelled it"
    everywhere = window.class_list.everywhere
    assert everywhere.notice.label.text() == "Shrink in all images: 3 images were changed."
    everywhere.notice.undo_button.click()
    ended(qtbot, window)
    assert [int((project.load_label_map(n).labels == 1).sum()) for n in ("a.png", "b.png", "c.png")] == [48 * 64] * 3
    window.document.redo()
    assert window.status.currentMessage() == "Done again in this image only; the others stay as they are."


def test_confirming_all_images_checks_predicted_pixels_only_where_there_are_any(qtbot, window):
    ask(qtbot, window, "confirm", Where.PROJECT)
    project = window.document.project
    assert (project.load_label_map("a.png").provenance == Provenance.CONFIRMED).all()
    kinds = project.load_label_map("b.png").provenance
    assert (kinds[:, :48] == T).all()
    assert (kinds[:, 48:] == Provenance.CONFIRMED).all()


def test_a_threshold_labels_images_that_nobody_has_labelled_yet(qtbot, window):
    window.document.set_active_class(2)
    window.actions_["labels_threshold"].trigger()
    bar = window.labels.commands.bar
    bar.where.setCurrentIndex(bar.where.findData(Where.PROJECT))
    qtbot.waitUntil(lambda: "in this one" in bar.says.text())
    seen = window.labels.commands._shown.levels
    QTest.keyClick(bar, Qt.Key.Key_Return)
    ended(qtbot, window)
    project = window.document.project
    for name in ("a.png", "süd/d.png"):
        grey = cv2.cvtColor(read_image(project.image_path(name)), cv2.COLOR_RGB2GRAY)
        wanted = (grey >= seen.low) & (grey <= seen.high)
        assert ((project.load_label_map(name).labels == 2) == wanted).all()


def test_nothing_to_change_anywhere_is_said(qtbot, window):
    window.document.set_active_class(2)
    ask(qtbot, window, "shrink", Where.PROJECT_CLASS)
    assert window.status.currentMessage() == "Shrink in all images: nothing to change"
    assert window.class_list.everywhere._last is None


def test_a_command_that_fails_in_the_open_image_ends_and_the_next_one_can_begin(qtbot, window):
    """The open image is computed anew, because it was painted since the command was seen; that runs out of memory."""

    def fails(_order):
        raise MemoryError("as large as that")
        yield

    window.document.set_active_class(1)
    window.actions_["labels_shrink"].trigger()
    commands, everywhere = window.labels.commands, window.class_list.everywhere
    commands.bar.where.setCurrentIndex(commands.bar.where.findData(Where.PROJECT_CLASS))
    qtbot.waitUntil(lambda: "in this one" in commands.bar.says.text())
    wish, here = commands._wish, replace(commands._shown, revision=-1)
    commands.cancel()
    errors = []
    everywhere.error.connect(errors.append)
    everywhere.run(Everywhere(replace(wish, row=replace(wish.row, run=fails)), here))
    ended(qtbot, window)
    assert [str(error) for error in errors] == ["as large as that"]
    assert values(window, "b.png") == [1, 0], "nothing was changed"
    ask(qtbot, window, "shrink", Where.PROJECT_CLASS, 3)
    assert everywhere.notice.label.text() == "Shrink in all images: 3 images were changed."


def test_what_is_kept_to_take_a_command_back_holds_no_image(qtbot, window):
    window.document.set_active_class(2)
    ask(qtbot, window, "threshold", Where.PROJECT)
    last, _ = window.class_list.everywhere._last
    assert last.wish.image is None
    assert last.here is None
