from __future__ import annotations

import numpy as np

from segcore.labels.class_history import ClassHistory, in_words, unknown_values, without
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

ABC = ClassSet.from_names(["a", "b", "c"])


def test_removed_and_brought_back():
    history = ClassHistory().changed(ABC, ABC.removed(1), "t1")
    assert history == ClassHistory({1: "b"}, {})
    assert history.stale([0, 1, 255], "") == [1]
    assert history.changed(ABC.removed(1), ABC, "t2") == ClassHistory()


def test_a_renamed_class_is_the_same_class():
    assert ClassHistory().changed(ABC, ABC.changed(1, name="x"), "t1") == ClassHistory()


def test_a_value_that_went_to_another_class():
    less = ABC.removed(1)
    history = ClassHistory().changed(ABC, less, "t1").changed(less, less.added("x"), "t2")
    assert history == ClassHistory({}, {1: "t2"})
    assert history.stale([0, 1], "t1") == [1]
    assert history.stale([0, 1], "t3") == []


def test_unknown_values():
    assert unknown_values([9, 255, 0, 7], ABC) == [7, 9]
    assert in_words([7]) == "the value 7"
    assert in_words([7, 9]) == "the values 7, 9"


def test_without():
    before = LabelMap(np.array([[0, 1]], np.uint8), np.array([[3, 3]], np.uint8))
    after = without(before, [1])
    assert after.labels.tolist() == [[0, 255]]
    assert after.provenance.tolist() == [[3, 0]]
    assert before.labels.tolist() == [[0, 1]]
