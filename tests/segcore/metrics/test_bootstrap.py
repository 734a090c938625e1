from __future__ import annotations

import numpy as np
import pytest

from segcore.metrics.bootstrap import interval, resampled, student_quantile


@pytest.mark.parametrize(
    ("freedom", "expected"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (29, 2.045), (100, 1.984)]
)
def test_students_quantiles_are_those_of_the_printed_tables(freedom: int, expected: float):
    assert student_quantile(0.95, freedom) == pytest.approx(expected, abs=6e-4)


def test_each_resample_has_as_many_images_as_there_are():
    drawn = resampled(7)
    assert drawn.shape == (2000, 7)
    assert (drawn.sum(1) == 7).all()
    assert drawn.mean(0) == pytest.approx(np.ones(7), abs=0.1)


def test_the_same_seed_gives_the_same_resamples():
    assert np.array_equal(resampled(5, seed=3), resampled(5, seed=3))
    assert not np.array_equal(resampled(5, seed=3), resampled(5, seed=4))


def test_the_interval_of_a_mean_is_about_students():
    scores = np.random.default_rng(1).normal(0.0, 1.0, 20)
    found = interval(resampled(20, 20_000) @ scores / 20, 20)
    reach = 2.093 * scores.std(ddof=1) / np.sqrt(20)
    assert found is not None
    assert found == pytest.approx((scores.mean() - reach, scores.mean() + reach), abs=0.06)


def test_it_is_wider_than_the_plain_percentiles_when_images_are_few():
    means = resampled(5) @ np.arange(5.0) / 5
    found, plain = interval(means, 5), np.quantile(means, [0.025, 0.975])
    assert found is not None
    assert found[0] < plain[0] < plain[1] < found[1]


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random, held = np.random.default_rng(0), 0
    drawn = resampled(8, 1000)
    for _ in range(400):
        found = interval(drawn @ random.normal(0.0, 1.0, 8) / 8, 8)
        assert found is not None
        held += found[0] <= 0.0 <= found[1]
    assert 0.92 <= held / 400 <= 0.98


def test_undefined_values_are_left_out_and_nothing_gives_no_interval():
    assert interval(np.array([np.nan, 1.0, 1.0]), 3) == (1.0, 1.0)
    assert interval(np.array([np.nan]), 3) is None
    assert interval(np.array([0.5]), 1) is None
