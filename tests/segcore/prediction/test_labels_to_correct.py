from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet, SegClass
from segcore.prediction.labels_to_correct import labels_to_correct, reliable

CLASSES = ClassSet([SegClass(3, "ground", (0, 0, 0)), SegClass(5, "thing", (9, 0, 0)), SegClass(7, "rare", (0, 9, 0))])
BY_NAME = ClassMapping.by_name(CLASSES, CLASSES)


def model(metrics, classes=CLASSES):
    return SimpleNamespace(classes=classes, metrics=metrics)


def prediction(probabilities):
    return BY_NAME.apply(np.asarray(probabilities, np.float32), CLASSES, CLASSES, "m")


def test_a_class_is_reliable_when_its_predicted_pixels_are_mostly_right():
    # Predicted as ground: 85 of 100 right; thing: 84 of 100; rare: never.
    found = reliable(model({"confusion": [[85, 6, 0], [15, 84, 0], [0, 10, 0]]}), BY_NAME, CLASSES)
    assert found is not None
    assert found.tolist() == [True, False, False]


def test_classes_of_the_model_that_stand_for_one_class_count_together():
    theirs = ClassSet.from_names(["car", "bus", "sky"])
    mapping = ClassMapping((("car", 5), ("bus", 5), ("sky", None)))
    # Half of each is taken for the other, which is no error here: 90 of 100 predicted as one of them are right.
    found = reliable(model({"confusion": [[20, 25, 0], [25, 20, 0], [5, 5, 9]]}, theirs), mapping, CLASSES)
    assert found is not None
    assert found.tolist() == [False, True, False]


@pytest.mark.parametrize("metrics", [{}, {"confusion": [[1]]}, {"confusion": "x"}, {"confusion": [[1, 2], [3]]}])
def test_a_model_that_does_not_say_how_good_it_was(metrics):
    assert reliable(model(metrics), BY_NAME, CLASSES) is None


def test_pixels_of_other_classes_get_the_best_one_that_is_reliable():
    found = prediction([[[0.2, 0.4], [0.6, 0.6]], [[0.3, 0.1], [0.3, 0.3]], [[0.5, 0.5], [0.1, 0.1]]])
    assert labels_to_correct(found).labels.tolist() == [[7, 7], [3, 3]]
    says = np.array([True, True, False])
    assert labels_to_correct(found, says).labels.tolist() == [[5, 3], [3, 3]]
    assert (labels_to_correct(found, np.zeros(3, np.bool_)).labels == 255).all()
    assert (found.labels == [[7, 7], [3, 3]]).all()


def test_what_has_no_partner_stays_without_a_label():
    theirs = ClassSet.from_names(["ground", "moon"])
    shares = np.array([[[0.9, 0.2]], [[0.1, 0.8]]], np.float32)
    found = ClassMapping.by_name(theirs, CLASSES).apply(shares, theirs, CLASSES, "m")
    assert labels_to_correct(found, np.array([True, False, False])).labels.tolist() == [[3, 255]]


def test_specks_are_removed():
    probabilities = np.zeros((3, 200, 200), np.float32)
    probabilities[0] = 0.6
    probabilities[1, 40:43, 50] = 0.9
    found = prediction(probabilities)
    assert (found.labels == 5).sum() == 3
    assert (labels_to_correct(found).labels == 3).all()
