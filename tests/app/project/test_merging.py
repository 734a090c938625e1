"""Merging another project, in the real window."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.progress import drive
from segcore.project.closed_edit import edit_closed
from segcore.project.marks import Mark
from segcore.project.packing import PackChoices, pack
from segcore.project.project import Project
from tests.app.prediction.test_predictions import save_constant

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SHAPE = (24, 32)


def painted(value, rows=24):
    labels, provenance = np.full(SHAPE, 255, np.uint8), np.zeros(SHAPE, np.uint8)
    labels[:rows], provenance[:rows] = value, Provenance.PAINTED
    return LabelMap(labels, provenance)


def photos(folder, **greys):
    folder.mkdir()
    for name, grey in greys.items():
        Image.new("L", SHAPE[::-1], grey).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def two(qtbot, window, tmp_path):
    """Return a window with a, b and c, of which a is painted, and the folder of another project with a, b and d."""
    mine, theirs = photos(tmp_path / "mine", a=1, b=2, c=3), photos(tmp_path / "theirs", a=1, b=2, d=4)
    with Project.for_folder(mine, ClassSet.from_names(["sky", "road"])) as project:
        project.save_label_map("a.png", painted(0))
    with Project.for_folder(theirs, ClassSet.from_names(["road", "car"])) as project:
        for image_id, value in (("a.png", 0), ("b.png", 1), ("d.png", 1)):
            project.save_label_map(image_id, painted(value))
        project.marks.put({"b.png": Mark(flagged=True)})
    window.open_path(mine)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    return window, theirs


def asked(qtbot, window, path):
    window.actions_["merge_project"].trigger()
    dialog = window.opening.merging.dialog
    assert not dialog.merge_button.isEnabled()
    dialog.choose(str(path))
    qtbot.waitUntil(lambda: dialog._job is None)
    return dialog


def merged(qtbot, window, dialog):
    dialog.merge_button.click()
    notice = window.opening.merging.notice
    qtbot.waitUntil(lambda: not notice.isHidden() and window.document.image_id == "a.png")
    return notice


def test_what_would_happen_is_shown_and_nothing_is_overwritten_unasked(qtbot, two):
    window, theirs = two
    dialog = asked(qtbot, window, theirs)
    assert "labelled in the other project: 2. Images that get labels here: 1." in dialog.facts.text()
    assert "Classes that both have: road." in dialog.facts.text()
    assert "New classes: car." in dialog.facts.text()
    assert dialog.differ.text().startswith("Persons labelled 768 pixels differently")
    assert dialog.details.toPlainText() == "a.png: 768 pixels differ"
    assert "(images: 1, " in dialog.copy.text()
    assert not dialog.copy.isChecked()
    notice = merged(qtbot, window, dialog)
    assert notice.label.text() == "Merged: images whose labels changed: 1; images copied: 0. Left out: 1."
    assert "now they have the labels of one: those of this project." in notice.details.list.toPlainText()
    project = window.document.project
    assert window.document.classes.names == ["sky", "road", "car"]
    assert (window.document.label_map.labels == 0).all()
    assert (project.load_label_map("b.png").labels == 2).all()
    qtbot.waitUntil(lambda: window.records.of("b.png").state is State.IN_PROGRESS)
    qtbot.waitUntil(lambda: window.records.marks.of("b.png").flagged)


def test_the_open_image_has_the_other_labels_on_request_and_undo_takes_all_back(qtbot, two):
    window, theirs = two
    dialog = asked(qtbot, window, theirs)
    dialog.replace.setChecked(True)
    merged(qtbot, window, dialog)
    assert (window.document.label_map.labels == 1).all()
    assert window.document.undo_name == "Merge projects"
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: "as they were before: 2." in window.status.currentMessage())
    assert (window.document.label_map.labels == 0).all()
    assert window.document.project.load_label_map("b.png").state() is State.NEW
    assert not window.records.marks.of("b.png").flagged
    assert window.opening.merging.notice.isHidden()


def test_undo_names_the_images_that_were_changed_since(qtbot, two):
    window, theirs = two
    dialog = asked(qtbot, window, theirs)
    dialog.replace.setChecked(True)
    notice = merged(qtbot, window, dialog)
    edit_closed(window.document.project, "b.png", lambda _: painted(0), "Fill")
    notice.undo_button.click()
    qtbot.waitUntil(lambda: "as they were before: 1. Changed since, and therefore not: 1." in notice.label.text())
    assert notice.details.list.toPlainText() == "b.png"
    assert not notice.undo_button.isVisible()
    assert (window.document.project.load_label_map("b.png").labels == 0).all()


def test_images_that_only_the_other_has_come_along_from_a_packed_project(qtbot, two, tmp_path):
    window, theirs = two
    with Project.for_folder(theirs, ClassSet.from_names(["x"])) as project:
        drive(pack(project, tmp_path / "theirs.zip", PackChoices(images=True)))
    dialog = asked(qtbot, window, tmp_path / "theirs.zip")
    dialog.copy.setChecked(True)
    merged(qtbot, window, dialog)
    qtbot.waitUntil(lambda: "d.png" in window.records.ids())
    assert (tmp_path / "mine" / "d.png").is_file()
    assert (window.document.project.load_label_map("d.png").labels == 2).all()


def test_what_is_no_project_is_told_in_the_dialog_and_another_can_be_chosen(qtbot, two, tmp_path):
    window, theirs = two
    dialog = asked(qtbot, window, tmp_path)
    assert "holds no project" in dialog.facts.text()
    assert not dialog.merge_button.isEnabled()
    dialog.choose(str(window.document.project.root))
    qtbot.waitUntil(lambda: "merged with itself" in dialog.facts.text())
    dialog.choose(str(theirs))
    qtbot.waitUntil(lambda: dialog.merge_button.isEnabled())


def test_a_merge_that_is_cancelled_shows_the_image_again(qtbot, two):
    window, theirs = two
    dialog = asked(qtbot, window, theirs)
    dialog.merge_button.click()
    assert window.document.image_id is None
    dialog.reject()
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    assert window.opening.merging.notice.label.text().startswith("The merge was stopped.")
    assert window.opening.merging.dialog is None


def test_a_look_can_be_cancelled_and_the_dialog_closed(qtbot, two):
    window, theirs = two
    window.actions_["merge_project"].trigger()
    dialog = window.opening.merging.dialog
    dialog.choose(str(theirs))
    dialog.reject()
    qtbot.waitUntil(lambda: dialog._job is None)
    assert dialog.isVisible()
    dialog.reject()
    assert window.opening.merging.dialog is None


@pytest.fixture
def predicting(two, tmp_path):
    """The window with a model that calls everything road; and its project."""
    window, theirs = two
    project = window.document.project
    project.active_model = str(save_constant(tmp_path / "road.safetensors", project.classes, 1))
    return window, theirs, project


def check_nothing_is_lost(qtbot, window, project):
    """Of what persons painted here and there, nor of what was predicted."""
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert not window.centre.banner.isVisible()
    for image_id in ("a.png", "b.png", "c.png"):
        assert (project.load_prediction(image_id).labels == 1).all(), image_id
        qtbot.waitUntil(lambda key=image_id: window.records.of(key).predicted_at is not None)
    assert [int(project.load_label_map(f"{name}.png").labels[0, 0]) for name in "abc"] == [0, 2, 1]
    assert [project.state(f"{name}.png") for name in "abc"] == [State.IN_PROGRESS, State.IN_PROGRESS, State.PREDICTED]
    assert project.classes.names == ["sky", "road", "car"]


def test_a_merge_while_all_images_are_predicted_loses_nothing(qtbot, predicting, monkeypatch):
    window, theirs, project = predicting
    begun, go_on, save = threading.Event(), threading.Event(), project.save_prediction

    def waits(*prediction):
        begun.set()
        assert go_on.wait(30)
        save(*prediction)

    monkeypatch.setattr(project, "save_prediction", waits)
    window.predictions.predict_all()
    qtbot.waitUntil(begun.is_set)
    merged(qtbot, window, asked(qtbot, window, theirs))
    go_on.set()
    check_nothing_is_lost(qtbot, window, project)


def test_predictions_that_come_while_an_image_is_merged_lose_nothing(qtbot, predicting, monkeypatch):
    window, theirs, project = predicting
    begun, go_on = threading.Event(), threading.Event()

    def between_reading_and_writing(project, image_id, change, *rest):
        def waits(before):
            begun.set()
            assert go_on.wait(30)
            return change(before)

        return edit_closed(project, image_id, waits, *rest)

    monkeypatch.setattr("segcore.project.merging.edit_closed", between_reading_and_writing)
    dialog = asked(qtbot, window, theirs)
    dialog.merge_button.click()
    qtbot.waitUntil(begun.is_set)
    batch = window.predictions.predict_all()
    qtbot.waitUntil(lambda: batch.finished)
    go_on.set()
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    check_nothing_is_lost(qtbot, window, project)
