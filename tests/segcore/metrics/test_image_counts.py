from __future__ import annotations

import json

import numpy as np
import pytest

from segcore.metrics.image_counts import ImageCounts, iou, mean_iou, parts, total


def counted(key: str, truth: list[int], labels: list[int]) -> ImageCounts:
    return ImageCounts.of(key, np.array([truth], np.uint8), np.array([labels], np.uint8), 3)


FIRST = counted("a", [0, 0, 1, 255], [0, 1, 255, 2])
SECOND = counted("b", [1, 1, 0, 0], [1, 0, 0, 0])


def test_an_image_is_counted_by_hand():
    assert FIRST.counts.tolist() == [[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert not FIRST.empty
    assert counted("c", [255], [1]).empty


def test_the_sum_is_the_confusion_matrix_of_all():
    matrix = total([FIRST, SECOND], 3)
    assert matrix.counts.tolist() == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert matrix.missed.tolist() == [0, 1, 0]


def test_right_pixels_and_unions_by_hand():
    assert parts([FIRST, SECOND], 3).tolist() == [[[1, 0, 0], [2, 2, 0]], [[2, 1, 0], [3, 2, 0]]]


def test_mean_iou_is_that_of_the_scores():
    found = iou(parts([FIRST, SECOND], 3).sum(0))
    assert found[:2].tolist() == [3 / 5, 1 / 4]
    assert np.isnan(found[2])
    scores = total([FIRST, SECOND], 3).scores(["a", "b", "c"])
    assert float(mean_iou(found)) == pytest.approx(scores.mean_iou) == pytest.approx((3 / 5 + 1 / 4) / 2)
    assert np.isnan(mean_iou(np.full(3, np.nan)))


def test_json_and_back():
    again = ImageCounts.from_json(json.loads(json.dumps(FIRST.to_json())))
    assert again.key == "a"
    assert np.array_equal(again.counts, FIRST.counts)
