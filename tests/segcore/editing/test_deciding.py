from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.command import second_best, shift
from segcore.editing.deciding import biased
from segcore.editing.target import Where
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.editing.drawing import do, labels_of, map_of, prediction_of, rows_of

P, T, C = (int(each) for each in (Provenance.PREDICTED, Provenance.PAINTED, Provenance.CONFIRMED))


def test_a_piece_gets_the_class_that_is_next_on_average():
    # In the piece of class 0 on the left, class 2 has 60 + 40, class 1 has 90 + 0.
    found = prediction_of(labels_of("001"), [[100, 150, 50]], [[90, 0, 200]], [[60, 40, 5]])
    after = do(second_best, map_of("001"), Where.PIECE, point=(0, 0), prediction=found)
    assert rows_of(after.labels) == ["221"]
    assert after.provenance.tolist() == [[T, T, P]]


def test_again_gives_the_best_back():
    found = prediction_of(labels_of("00"), [[200, 200]], [[50, 50]])
    once = do(second_best, map_of("00"), Where.PIECE, point=(0, 0), prediction=found)
    assert rows_of(once.labels) == ["11"]
    assert rows_of(do(second_best, once, Where.PIECE, point=(0, 0), prediction=found).labels) == ["00"]


def test_where_nothing_else_is_probable_a_piece_stays():
    found = prediction_of(labels_of("00"), [[255, 255]], [[0, 0]])
    assert rows_of(do(second_best, map_of("00"), Where.PIECE, point=(0, 0), prediction=found).labels) == ["00"]


@pytest.mark.parametrize(
    ("bias", "expected"),
    [(-50, "00002."), (-25, "00002."), (0, "00012."), (25, "00112."), (50, "01112."), (100, "11111.")],
)
def test_a_bias_of_25_doubles_a_probability(bias, expected):
    # Probabilities of class 1 beside the highest other one: 20 : 200, 60 : 180, 110 : 140, 130 : 120, 40 : 210.
    found = prediction_of(
        labels_of("00012."),
        [[200, 180, 140, 120, 5, 255]],
        [[20, 60, 110, 130, 40, 0]],
        [[35, 15, 5, 5, 210, 0]],
    )
    assert rows_of(drive(biased(found, 1, bias))) == [expected]


def test_only_free_pixels_change_and_only_those_that_the_bias_decides():
    found = prediction_of(labels_of("0000"), [[140] * 4], [[110] * 4])
    before = LabelMap(labels_of("0010"), np.array([[P, T, P, C]], np.uint8))
    after = do(shift, before, new=1, number=25, prediction=found)
    assert rows_of(after.labels) == ["1010"]
    assert after.provenance.tolist() == [[P, T, P, C]]
    assert rows_of(do(shift, before, new=1, number=0, prediction=found).labels) == ["0010"]


def test_a_class_that_the_model_does_not_know_changes_nothing():
    found = prediction_of(labels_of("01"), [[200, 10]], [[20, 240]])
    assert rows_of(drive(biased(found, 7, 100))) == ["01"]
