from __future__ import annotations

import json

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.metrics.scores import ConfusionMatrix


def measured(truth, predicted, channels=3):
    matrix = ConfusionMatrix(channels)
    matrix.update(np.array(truth), np.array(predicted))
    return matrix


def test_the_four_numbers_by_hand():
    # True 0: four pixels, three right. True 1: two pixels, one right. Class 2 occurs nowhere.
    matrix = measured([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0])
    scores = matrix.scores(["a", "b", "c"])
    assert scores.confusion == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert scores.pixel_accuracy == pytest.approx(4 / 6)
    assert scores.mean_accuracy == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert scores.iou == {"a": pytest.approx(3 / 5), "b": pytest.approx(1 / 3), "c": None}
    assert scores.mean_iou == pytest.approx((3 / 5 + 1 / 3) / 2)
    assert scores.fw_iou == pytest.approx((4 * 3 / 5 + 2 * 1 / 3) / 6)


def test_a_class_that_is_only_predicted_counts_with_zero():
    scores = measured([0, 0], [0, 2]).scores(["a", "b", "c"])
    assert scores.iou == {"a": 0.5, "b": None, "c": 0.0}
    assert scores.mean_iou == 0.25
    assert scores.mean_accuracy == 0.5


def test_ignored_truth_does_not_count():
    assert measured([255, 0], [1, 0]).counts.sum() == 1


def test_a_pixel_without_answer_is_an_error():
    matrix = measured([0, 0], [0, 255])
    scores = matrix.scores(["a", "b", "c"])
    assert matrix.missed.tolist() == [1, 0, 0]
    assert scores.pixel_accuracy == 0.5
    assert scores.iou["a"] == 0.5


def test_updates_add_up():
    matrix = ConfusionMatrix(2)
    for _ in range(3):
        matrix.update(np.array([[0, 1]], np.uint8), np.array([[1, 1]], np.uint8))
    assert matrix.counts.tolist() == [[0, 3], [0, 3]]


def test_255_channels_do_not_overflow():
    truth = np.array([254, 253], np.uint8)
    matrix = ConfusionMatrix(255)
    matrix.update(truth, truth)
    assert matrix.counts[254, 254] == matrix.counts[253, 253] == 1


def test_empty_is_zero_not_nan():
    scores = ConfusionMatrix(2).scores(["a", "b"])
    assert (scores.pixel_accuracy, scores.mean_accuracy, scores.mean_iou, scores.fw_iou) == (0.0, 0.0, 0.0, 0.0)


def test_contradictions_are_refused():
    with pytest.raises(LabelError):
        measured([0, 1], [0])
    with pytest.raises(LabelError, match="3 classes"):
        measured([3], [0])


def test_json_keys_are_stable():
    data = measured([0], [0]).scores(["a", "b", "c"]).to_json()
    numbers = {"pixel_accuracy", "mean_accuracy", "mean_iou", "fw_iou", "iou", "confusion"}
    assert set(data) == numbers | {"boundary_f", "boundary"}
    assert json.loads(json.dumps(data))["confusion"][0] == [1, 0, 0]
