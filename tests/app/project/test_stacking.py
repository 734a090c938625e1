"""A data set with NIfTI images is opened as TIFF stacks, once a person has agreed, and its labels are offered."""

from __future__ import annotations

import gzip
import json
import shutil

import numpy as np
import pytest

from app.document.image_state import ImageState
from app.formats.import_dialog import ImportDialog
from app.project.new_project_dialog import NewProjectDialog
from app.project.opening import NiftiImages, Packed, find
from segcore.errors import ProjectError
from segcore.progress import drive
from tests.segcore.formats.test_nnunet_nifti import nifti

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

VOLUME = np.random.default_rng(0).integers(0, 1000, (3, 24, 32))


@pytest.fixture
def data_set(tmp_path):
    """A data set of nnU-Net with one volume and its labels."""
    folder = tmp_path / "Dataset001"
    for name, values in (("imagesTr/ct_0000", VOLUME), ("labelsTr/ct", VOLUME % 2)):
        file = folder / f"{name}.nii.gz"
        file.parent.mkdir(parents=True)
        file.write_bytes(gzip.compress(nifti(values, 4, "i2")))
    (folder / "dataset.json").write_text(json.dumps({"labels": {"background": 0, "cell": 1}, "file_ending": ".nii.gz"}))
    return folder


def answer(qtbot, window):
    """Click the first answer of the question, once it is asked; return the question."""
    question = window.opening.stacking.question
    qtbot.waitUntil(lambda: not question.isHidden())
    text = question.label.text()
    question.answers[0].click()
    return text


def test_a_folder_of_nifti_images_is_no_folder_without_images(data_set, tmp_path):
    assert drive(find(data_set)) == NiftiImages(data_set)
    zipped = shutil.make_archive(str(tmp_path / "packed"), "zip", data_set)
    assert drive(find(tmp_path / "packed.zip")) == Packed(tmp_path / "packed.zip", is_project=False), zipped
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match="no images"):
        drive(find(tmp_path / "empty"))


def test_its_stacks_are_written_and_opened_with_the_labels(qtbot, window, data_set):
    window.open_path(data_set)
    assert "Dataset001" in answer(qtbot, window)
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    dialog = window.dialogs.current
    assert dialog.labels.text() == str(data_set)
    qtbot.waitUntil(lambda: dialog.classes().names == ["background", "cell"])
    dialog.create_button.click()
    qtbot.waitUntil(lambda: isinstance(window.importing.dialog, ImportDialog))
    window.importing.dialog.done_box.setChecked(True)
    window.importing.dialog.import_button.click()
    qtbot.waitUntil(lambda: window.records.count(ImageState.DONE) == 3)
    qtbot.waitUntil(lambda: window.document.image_id == "ct.tif" and not window.jobs.busy)
    assert np.array_equal(window.document.label_map.labels, VOLUME[0] % 2)
    window.navigation.step(1)
    qtbot.waitUntil(lambda: window.document.image_id == "ct.tif/slice-0002")
    assert np.array_equal(window.document.label_map.labels, VOLUME[1] % 2)


def test_what_could_not_be_written_is_told_before_the_rest_is_opened(qtbot, window, data_set):
    (data_set / "imagesTr" / "bad_0000.nii.gz").write_bytes(b"x")
    window.open_path(data_set)
    answer(qtbot, window)
    question = window.opening.stacking.question
    qtbot.waitUntil(lambda: not question.isHidden())
    assert "1 of 2" in question.label.text()
    assert "bad_0000.nii.gz" in question.label.text()
    question.answers[0].click()
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    window.dialogs.current.reject()


def test_when_none_can_be_written_the_window_says_why(qtbot, window, data_set):
    (data_set / "imagesTr" / "ct_0000.nii.gz").write_bytes(b"x")
    window.open_path(data_set)
    answer(qtbot, window)
    qtbot.waitUntil(lambda: "ct_0000.nii.gz" in window.banner.text)
