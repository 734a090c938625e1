from __future__ import annotations

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.confirming import confirmed, unconfirmed
from segcore.labels.label_map import LabelMap, Provenance
from tests.segcore.editing.drawing import labels_of

U, P, T, C, B = (int(each) for each in Provenance)  # untouched, predicted, painted, confirmed, both


def tile(*provenance: int, labels: str = "11111") -> LabelMap:
    return LabelMap(labels_of(labels), np.array([provenance], np.uint8))


def piece(left: int, right: int) -> Covered:
    return Covered(Box(left, 3, right, 4), np.ones((1, right - left), np.bool_))


BOX = Box(10, 3, 15, 4)


def test_only_what_nobody_has_painted_or_confirmed_changes():
    assert confirmed(tile(P, P, T, B, C), BOX, piece(11, 20)).provenance.tolist() == [[P, C, T, B, C]]


def test_pixels_without_a_label_cannot_be_confirmed():
    assert confirmed(tile(P, U, P, U, U, labels="1.1.."), BOX, piece(0, 20)).provenance.tolist() == [[C, U, C, U, U]]


def test_a_piece_elsewhere_changes_nothing():
    before = tile(P, P, P, P, P)
    assert np.array_equal(confirmed(before, BOX, piece(0, 10)).provenance, before.provenance)


def test_taken_back_predicted_pixels_are_predicted_and_painted_ones_painted():
    assert unconfirmed(tile(P, C, B, T, C), BOX, piece(10, 14)).provenance.tolist() == [[P, P, T, T, C]]
