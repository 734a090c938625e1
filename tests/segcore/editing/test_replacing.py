from __future__ import annotations

import numpy as np

from segcore.editing.paint_policy import PaintPolicy
from segcore.editing.replacing import replaced
from segcore.labels.label_map import LabelMap, Provenance
from tests.segcore.editing.drawing import labels_of, rows_of

U, P, T, C, B = (int(each) for each in Provenance)  # untouched, predicted, painted, confirmed, both


def line(labels: str, *provenance: int) -> LabelMap:
    return LabelMap(labels_of(labels), np.array([provenance], np.uint8))


def test_pixels_stay_painted_confirmed_or_predicted():
    after = replaced(line("11110.", P, T, C, B, T, U), 1, 2)
    assert rows_of(after.labels) == ["22220."]
    assert after.provenance.tolist() == [[P, T, C, B, T, U]]


def test_unlabelled_pixels_become_free_ones_of_the_class_and_ignored_pixels_stay():
    after = replaced(line("...0", U, T, C, P), 255, 2)
    assert rows_of(after.labels) == ["2..0"]
    assert after.provenance.tolist() == [[P, T, C, P]]


def test_a_class_becomes_ignored_where_a_person_set_it_and_unlabelled_elsewhere():
    after = replaced(line("1110", P, T, C, P), 1, 255)
    assert rows_of(after.labels) == ["...0"]
    assert after.provenance.tolist() == [[U, T, C, P]]


def test_what_is_protected_or_not_there_changes_nothing():
    before = line("110", P, T, P)
    assert replaced(before, 1, 2, PaintPolicy(frozenset({0}))) is before
    assert replaced(before, 1, 2, PaintPolicy(locked=frozenset({2}))) is before
    free = replaced(before, 1, 2, PaintPolicy(only_free=True))
    assert rows_of(free.labels) == ["210"]
    assert replaced(before, 7, 2) is before
