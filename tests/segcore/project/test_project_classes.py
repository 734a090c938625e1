from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.images.indexed_png import encode_indexed_png
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import Provenance, State
from segcore.progress import drive
from tests.segcore.project.small_project import CLASSES, C, P, painted, prediction, reopened


# Values and classes
def test_values_of_no_class(project):
    project.save_label_map("a.png", painted(77))
    with pytest.raises(LabelError, match="the value 77") as caught:
        project.load_label_map("a.png")
    assert "Add classes" in caught.value.remedy
    project.set_classes(ClassSet((*CLASSES, SegClass(77, "new", (0, 0, 0)))))
    assert project.load_label_map("a.png").labels[0, 0] == 77


def test_labels_that_could_not_be_loaded_are_not_overwritten(project):
    project.save_label_map("a.png", painted(77))
    before = project.labels_path("a.png").read_bytes()
    with pytest.raises(LabelError):
        project.load_label_map("a.png")
    assert project.labels_path("a.png").read_bytes() == before
    project.save_label_map("a.png", painted(1))
    assert project.labels_path("a.png").with_name("a.png.png.unknown-classes").read_bytes() == before
    assert project.load_label_map("a.png").labels[0, 0] == 1


def test_import_labels(project):
    labels = np.full((4, 6), 2, np.uint8)
    labels[0] = 255
    assert project.import_labels("a.png", labels) == State.DONE
    assert project.load_label_map("a.png").provenance.tolist() == [[C] * 6] * 4
    assert project.import_labels("a.png", labels, Provenance.PAINTED) == State.IN_PROGRESS  # nobody said done
    for bad, text in (
        (np.zeros((2, 2), np.uint8), "2 x 2, the image 6 x 4"),
        (np.full((4, 6), 9, np.uint8), "value 9"),
    ):
        with pytest.raises(LabelError, match=text) as caught:
            project.import_labels("a.png", bad)
        assert "a.png" in caught.value.message
    assert np.array_equal(project.load_label_map("a.png").labels, labels)


def test_a_removed_class_becomes_unlabelled_and_comes_back(project):
    project.save_label_map("a.png", painted(1))
    assert drive(project.class_usage(1)) == 1
    assert drive(project.class_usage(0)) == 0
    project.set_classes(CLASSES.removed(1))
    with reopened(project) as again:
        found = again.load_label_map("a.png")
        assert found.labels.min() == 255
        assert found.state() == State.NEW
        assert again.warnings == [], "a person removed the class on purpose"
        again.set_classes(again.classes.added("himmel"))
        assert again.load_label_map("a.png").labels[0, 0] == 1


def test_a_removed_class_in_labels_of_another_program_is_named(project):
    project.save_label_map("a.png", painted(1))
    project.set_classes(CLASSES.removed(1))
    project.labels_path("a.png").write_bytes(encode_indexed_png(np.ones((4, 6), np.uint8), CLASSES.palette()))
    with reopened(project) as again:
        assert again.load_label_map("a.png").labels.min() == 255
        name = CLASSES.find(1).name
        assert f"classes that were removed (“{name}”) are unlabelled" in again.warnings[0]


def test_a_value_that_goes_to_another_class_does_not_bring_its_pixels(project):
    project.save_label_map("a.png", painted(1))
    project.set_classes(CLASSES.removed(1))
    project.set_classes(project.classes.added("fence"))
    assert project.classes.find(1).name == "fence"
    with reopened(project) as again:
        assert again.load_label_map("a.png").state() == State.NEW
        again.save_label_map("a.png", painted(1))
        assert again.load_label_map("a.png").labels[0, 0] == 1


def test_accept_prediction_never_overwrites_a_person(project):
    project.save_label_map("a.png", painted(1))
    assert project.accept_prediction("a.png", prediction(2)) == State.IN_PROGRESS
    found = project.load_label_map("a.png")
    assert (found.labels[:2] == 1).all()
    assert (found.labels[2:] == 2).all()
    assert (found.provenance[2:] == P).all()


def test_predictions_follow_the_classes(project):
    project.save_prediction("a.png", prediction(2))
    project.set_classes(CLASSES.removed(0))
    assert project.load_prediction("a.png").probabilities.shape == (2, 4, 6)
