from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest

from segcore.editing import diff
from segcore.errors import ImageError
from segcore.journal.journal import journal_path, recall
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.project.closed_edit import Kept, accept_closed, edit_closed, undo_closed
from tests.segcore.worklist.labelled_project import SHAPE, predicted, prediction, project_of


@pytest.fixture
def project(tmp_path):
    with project_of(tmp_path, {"a.png": (1, (90, 120, 60)), "b.png": (2, (90, 120, 60))}) as project:
        predicted(project, "a.png", prediction(1))
        yield project


def load(project, image_id="a.png"):
    return project.load_labels(image_id).label_map


def history(project, image_id="a.png"):
    return recall(project.root, image_id, load(project, image_id), project.classes, project.class_history).history


def test_an_edit_is_in_the_files_and_in_the_undo_history(project):
    assert edit_closed(project, "a.png", LabelMap.confirm, "Mark as done") is State.DONE
    assert (load(project).provenance == Provenance.CONFIRMED).all()
    assert project.state("a.png") is State.DONE
    assert history(project).undo_name == "Mark as done"


def test_it_is_taken_back_and_can_be_done_again(project):
    edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    assert undo_closed(project, "a.png", "Mark as done") is State.PREDICTED
    assert (load(project).provenance == Provenance.PREDICTED).all()
    assert history(project).redo_name == "Mark as done"


def painted_at_the_top(before):
    painted = LabelMap(before.labels.copy(), before.provenance.copy())
    painted.labels[:5], painted.provenance[:5] = 2, Provenance.PAINTED
    return painted


def test_what_a_person_did_before_stays_in_the_history(project):
    painted = painted_at_the_top(load(project))
    edit_closed(project, "a.png", painted_at_the_top, "Brush")
    edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    assert len(history(project)) == 2
    undo_closed(project, "a.png", "Mark as done")
    assert history(project).undo_name == "Brush"
    assert np.array_equal(load(project).provenance, painted.provenance)


def test_it_is_not_taken_back_once_something_else_was_changed(project):
    edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    later = load(project)
    later.labels[0, 0] = 2
    project.save_label_map("a.png", later)
    assert undo_closed(project, "a.png", "Mark as done") is None
    assert load(project).labels[0, 0] == 2


def test_an_edit_that_changes_nothing_writes_nothing(project):
    assert edit_closed(project, "b.png", lambda label_map: label_map, "Nothing") is None
    assert not project.labels_path("b.png").exists()
    assert not journal_path(project.root, "b.png").exists()


def test_labels_that_only_the_undo_history_has_are_edited_too(project):
    before = load(project)
    painted = LabelMap(np.full(SHAPE, 2, np.uint8), np.full(SHAPE, Provenance.PAINTED, np.uint8))
    found = recall(project.root, "a.png", before, project.classes, project.class_history)
    found.journal.edit(diff(before, painted, "Brush"))
    found.journal.write()  # killed before the labels were saved
    edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    assert (load(project).labels == 2).all()
    assert (load(project).provenance == Provenance.PAINTED_CONFIRMED).all()


def test_an_edit_that_was_killed_before_the_labels_were_saved_is_finished_when_it_is_done_again(project, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(project), "save_label_map", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    assert (load(project).provenance == Provenance.PREDICTED).all()
    assert edit_closed(project, "a.png", LabelMap.confirm, "Mark as done") is State.DONE
    assert (load(project).provenance == Provenance.CONFIRMED).all()
    assert len(history(project)) == 1
    assert edit_closed(project, "a.png", LabelMap.confirm, "Mark as done") is None


def test_a_missing_image_is_an_error_and_changes_nothing(project):
    project.image_path("a.png").unlink()
    with pytest.raises(ImageError):
        edit_closed(project, "a.png", LabelMap.confirm, "Mark as done")
    assert not journal_path(project.root, "a.png").exists()


def test_a_prediction_is_an_edit_where_there_is_an_undo_history(project):
    edit_closed(project, "a.png", painted_at_the_top, "Brush")
    accept_closed(project, "a.png", np.zeros(SHAPE, np.uint8), "Accept prediction")
    assert (load(project).labels[5:] == 0).all()
    assert (load(project).labels[:5] == 2).all()
    assert [history(project).undo_name, len(history(project))] == ["Accept prediction", 2]
    undo_closed(project, "a.png", "Accept prediction")
    assert (load(project).labels[5:] == 1).all()


def test_a_prediction_of_an_untouched_image_begins_no_undo_history(project):
    accept_closed(project, "b.png", np.ones(SHAPE, np.uint8), "Accept prediction")
    assert (load(project, "b.png").provenance == Provenance.PREDICTED).all()
    assert not journal_path(project.root, "b.png").exists()


def test_the_labels_before_are_kept_as_a_version_once(project):
    before = project.load_label_map("a.png").labels.copy()
    kept = Kept("Before “Done”", 1_000_000)
    edit_closed(project, "a.png", LabelMap.confirm, "Done", kept)
    edit_closed(project, "a.png", LabelMap.confirm, "Done", kept)  # changes nothing
    (version,) = project.versions.of("a.png")
    assert version.what == "Before “Done”"
    found = project.versions.load("a.png", version, project.classes, project.class_history)
    np.testing.assert_array_equal(found.labels, before)
    assert (found.provenance < Provenance.PAINTED).all()


def test_a_prediction_keeps_a_version_only_of_images_with_an_undo_history(project):
    kept = Kept("Before “Accept prediction”", 1_000_000)
    edit_closed(project, "a.png", painted_at_the_top, "Brush")
    for image_id in ("a.png", "b.png"):
        accept_closed(project, image_id, np.zeros(SHAPE, np.uint8), "Accept prediction", kept)
    assert [version.what for version in project.versions.of("a.png")] == [kept.what]
    assert project.versions.of("b.png") == []


def test_no_version_is_kept_without_a_budget(project):
    edit_closed(project, "a.png", LabelMap.confirm, "Done", Kept("Before “Done”", 0))
    assert project.versions.of("a.png") == []
