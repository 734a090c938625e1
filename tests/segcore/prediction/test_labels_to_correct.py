from __future__ import annotations

import numpy as np

from segcore.labels.classes import ClassSet, SegClass
from segcore.prediction.labels_to_correct import labels_to_correct, reliable

CLASSES = ClassSet([SegClass(3, "ground", (0, 0, 0)), SegClass(5, "thing", (9, 0, 0)), SegClass(7, "rare", (0, 9, 0))])


def test_a_class_is_reliable_when_its_predicted_pixels_are_mostly_right():
    # Predicted as ground: 85 of 100 right; thing: 84 of 100; rare: never.
    confusion = [[85, 6, 0], [15, 84, 0], [0, 10, 0]]
    assert reliable(confusion).tolist() == [True, False, False]
    assert reliable(confusion, 0.8).tolist() == [True, True, False]


def test_pixels_of_other_classes_get_the_best_one_that_is_reliable():
    probabilities = np.zeros((3, 2, 2), np.float32)
    probabilities[:, 0, 0] = 0.2, 0.3, 0.5
    probabilities[:, 0, 1] = 0.4, 0.1, 0.5
    probabilities[:, 1] = np.array([0.6, 0.3, 0.1], np.float32)[:, None]
    assert labels_to_correct(probabilities, CLASSES).tolist() == [[7, 7], [3, 3]]
    says = np.array([True, True, False])
    assert labels_to_correct(probabilities, CLASSES, says).tolist() == [[5, 3], [3, 3]]
    assert (labels_to_correct(probabilities, CLASSES, np.zeros(3, np.bool_)) == 255).all()


def test_specks_are_removed():
    probabilities = np.zeros((3, 20, 20), np.float32)
    probabilities[0] = 0.6
    probabilities[1, 4:6, 4] = 0.9
    assert (labels_to_correct(probabilities, CLASSES, smallest=3) == 3).all()
    assert (labels_to_correct(probabilities, CLASSES, smallest=2) == 5).sum() == 2
