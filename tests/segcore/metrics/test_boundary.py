from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.metrics.boundary import BoundaryScore, disk


def halves(column: int, height: int = 20, width: int = 40) -> np.ndarray:
    """Channel 0 left of ``column``, channel 1 from there on."""
    labels = np.zeros((height, width), np.uint8)
    labels[:, column:] = 1
    return labels


def score(truth: np.ndarray, predicted: np.ndarray, channels: int = 2, tolerance: float = 3) -> BoundaryScore:
    result = BoundaryScore(channels, tolerance)
    result.update(truth, predicted)
    return result


@pytest.mark.parametrize(("shift", "expected"), [(0, 1.0), (3, 1.0), (-3, 1.0), (4, 0.0)])
def test_a_border_may_lie_three_pixels_off(shift, expected):
    assert score(halves(20), halves(20 + shift)).of_each() == [expected, expected]


def test_the_distance_is_euclidean():
    assert disk(3).sum() == 29  # Gauss' circle: 29 points within 3
    point, other = np.zeros((2, 24, 24), np.uint8)
    point[12, 12], other[14, 14], far = 1, 1, np.zeros((24, 24), np.uint8)
    far[15, 15] = 1
    assert score(point, other).of_each()[1] == 1.0  # 2.83 pixels away
    assert score(point, far).of_each()[1] == 0.0  # 4.24


def test_precision_and_recall_by_hand():
    truth = halves(20, height=30)
    predicted = truth.copy()
    predicted[10:, :] = 0  # of 30 rows of border 10 are left, and a new border below them
    result = score(truth, predicted)
    # channel 1, predicted: rows 0-9 at column 20, and row 9 from column 20 to 39: 10 + 20 - 1 = 29 pixels; of them
    # near the true border, at column 20: the 10 of column 20, and columns 21-23 of row 9. Of the true border, rows
    # 0-9 and the three rows below them are near the predicted one.
    precision, recall = 13 / 29, 13 / 30
    assert result.of_each()[1] == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_class_that_only_one_side_has_scores_zero():
    truth = np.zeros((20, 20), np.uint8)
    predicted = truth.copy()
    predicted[5:9, 5:9] = 2
    assert score(truth, predicted, 3).of_each() == [0.0, None, 0.0]
    assert score(predicted, truth, 3).of_each() == [0.0, None, 0.0]


def test_without_borders_there_is_no_score():
    nothing = score(np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8))
    assert nothing.of_each() == [None, None]
    assert nothing.mean() is None


def test_what_nobody_knows_does_not_count():
    truth, predicted = halves(20), halves(20)
    truth[:10] = 255
    rng = np.random.default_rng(0)
    predicted[:10] = rng.integers(0, 2, (10, 40))
    result = score(truth, predicted)
    assert result.of_each() == [1.0, 1.0]
    truth[:, 17:23] = 255  # a strip between the classes: no border is known
    assert score(truth, truth).of_each() == [None, None]


def test_a_channel_that_is_none_is_a_border_of_its_neighbours_only():
    truth, predicted = halves(20), halves(20)
    predicted[:, 30:] = 255  # the model names no class there
    result = score(truth, predicted)
    assert result.of_each()[0] == 1.0
    assert result.of_each()[1] == pytest.approx(2 / 3)  # 20 of its 40 predicted border pixels are right: P 1/2, R 1


def test_a_class_scores_the_mean_of_its_images():
    result = BoundaryScore(2)
    for shift in (0, 4, 4, 4):
        result.update(halves(20), halves(20 + shift))
    result.update(np.zeros((20, 40), np.uint8), np.zeros((20, 40), np.uint8))  # no border: does not count
    assert result.by_name(["a", "b"]) == {"a": 0.25, "b": 0.25}
    assert result.mean() == 0.25


def test_unequal_shapes_are_refused():
    with pytest.raises(LabelError, match="The truth has shape"):
        BoundaryScore(2).update(np.zeros((3, 3), np.uint8), np.zeros((3, 4), np.uint8))
