from __future__ import annotations

import numpy as np
import pytest

from segcore.metrics.calibration import TEMPERATURES, Calibration, PixelSample


def softmax(logits):
    shares = np.exp(logits - logits.max(0))
    return (shares / shares.sum(0)).astype(np.float32)


def sampled(truth, probabilities, table=None, images=1) -> PixelSample:
    sample = PixelSample(images)
    sample.add(np.asarray(truth, np.uint8), np.asarray(probabilities, np.float32), table)
    return sample


def drawn(factor: float, side: int = 140) -> PixelSample:
    """Truths drawn from softmax(z); a model that says softmax(factor z)."""
    random = np.random.default_rng(0)
    logits = random.normal(0.0, 1.5, (3, side, side))
    shares = softmax(logits).cumsum(0)
    truth = (random.uniform(size=(side, side)) > shares).sum(0).clip(max=2)
    return sampled(truth, softmax(factor * logits))


@pytest.mark.parametrize("factor", [0.7, 1.0, 2.0, 4.0])
def test_the_temperature_undoes_too_large_logits(factor):
    assert drawn(factor).temperature() == pytest.approx(factor, rel=0.06)


def test_the_temperature_by_hand():
    # Two classes, logit difference 2 log 3, three of four pixels right: sigmoid(2 log 3 / T) = 3/4 at T = 2.
    sure = np.array([0.9, 0.9, 0.9, 0.9]).reshape(1, 4)
    assert sampled([[0, 0, 0, 1]], np.stack([sure, 1 - sure])).temperature() == pytest.approx(2.0, rel=1e-3)


def test_the_calibration_error_by_hand():
    # Three pixels at 0.9, two right; one at 0.6, right: (3 |0.9 - 2/3| + |0.6 - 1|) / 4.
    first = np.array([[0.9, 0.9, 0.9, 0.6]])
    found = sampled([[0, 0, 1, 0]], np.stack([first, 1 - first])).reliability()
    assert found.error == pytest.approx((3 * (0.9 - 2 / 3) + 0.4) / 4, abs=1e-6)
    assert found.pixels.sum() == 4
    assert found.pixels[13] == 3  # 0.9 is in (13/15, 14/15]
    assert found.accuracy[13] == pytest.approx(2 / 3)


def test_the_error_is_smaller_at_the_fitted_temperature():
    sample = drawn(3.0)
    assert sample.reliability(sample.temperature()).error < 0.03 < 0.1 < sample.reliability().error


def test_where_all_is_right_the_temperature_stays_within_its_bounds():
    certain = np.stack([np.full((4, 4), 0.99), np.full((4, 4), 0.01)])
    assert TEMPERATURES[0] <= sampled(np.zeros((4, 4)), certain).temperature() < 0.5


def test_pixels_that_nobody_knows_do_not_count_and_nothing_gives_one():
    assert sampled(np.full((4, 4), 255), np.full((2, 4, 4), 0.5)).temperature() == 1.0
    assert PixelSample(0).temperature() == 1.0
    assert PixelSample(0).reliability().error == 0.0


def test_classes_that_the_model_does_not_know_are_errors_but_do_not_decide_the_temperature():
    # The model's channel 0 is the data's class 1; its channel 1 has no partner.
    first = np.array([[0.9, 0.9, 0.9, 0.9, 0.9]])
    sample = sampled([[1, 1, 1, 1, 0]], np.stack([first, 1 - first]), np.array([1, 255], np.uint8))
    assert sample.wanted.tolist().count(0) == 4
    assert sample.wanted.tolist().count(-1) == 1
    assert sample.reliability().accuracy[13] == pytest.approx(4 / 5)


def test_images_share_the_sample():
    sample = PixelSample(400)
    for _ in range(3):
        sample.add(np.zeros((100, 100), np.uint8), np.full((2, 100, 100), 0.5, np.float32))
    assert len(sample.wanted) == 150


def test_the_error_with_a_temperature_is_measured_on_images_that_it_was_not_fitted_on():
    # Image 0: all of 40 pixels right at 0.9, so its best temperature is the smallest, and all are then sure.
    # Image 1: 20 of 40 right at 0.9, so its best temperature is the largest: p = sigmoid(2 log 3 / 10) = 0.555.
    first = np.full((1, 40), 0.9)
    sample = PixelSample(2)
    for right in (40, 20):
        truth = np.where(np.arange(40) < right, 0, 1).reshape(1, 40)
        sample.add(truth.astype(np.uint8), np.stack([first, 1 - first]).astype(np.float32))
    assert sample.crossed()[:40] == pytest.approx(np.full(40, TEMPERATURES[1]), rel=1e-3)
    assert sample.crossed()[40:] == pytest.approx(np.full(40, TEMPERATURES[0]), rel=1e-3)
    sure, unsure = 1 / (1 + 9 ** -(1 / TEMPERATURES[0])), 1 / (1 + 9 ** -(1 / TEMPERATURES[1]))
    assert Calibration.of(sample).error_after == pytest.approx(((1 - unsure) + (sure - 0.5)) / 2, abs=1e-4)
    assert Calibration.of(sample).temperature == pytest.approx(sample.temperature(), abs=1e-4)


def test_the_halves_of_a_single_image_are_its_pixels():
    sample = drawn(2.0)
    assert sample.crossed() == pytest.approx(np.full(len(sample.wanted), 2.0), rel=0.1)
    assert len(np.unique(sample.crossed())) == 2
