from __future__ import annotations

import numpy as np
import pytest

from segcore.worklist.image_facts import BINS, ImageFacts
from segcore.worklist.remaining_errors import PRIOR, remaining_errors, student_t
from segcore.worklist.uncertainty_map import Source

NONE = (0,) * BINS


def bins(**at: int) -> tuple[int, ...]:
    return tuple(at.get(f"b{n}", 0) for n in range(BINS))


def done(known: tuple[int, ...], wrong: tuple[int, ...]) -> ImageFacts:
    return ImageFacts(1000, {}, {}, Source.PREDICTION, True, NONE, known, wrong)


def waiting(free: tuple[int, ...]) -> ImageFacts:
    return ImageFacts(1000, {}, {}, Source.PREDICTION, False, free, NONE, NONE)


def test_pixels_of_the_same_confidence_are_wrong_as_often_as_in_the_done_images():
    facts = {f"d{n}": done(bins(b5=500, b9=500), bins(b5=100, b9=10)) for n in range(5)}
    facts["w"] = waiting(bins(b5=1000))
    found = remaining_errors(facts)
    mean, prior = 0.11, PRIOR * 1000
    rate = (500 + prior * mean) / (2500 + prior)
    assert found.share == pytest.approx(1000 * rate / 6000)
    assert found.wrong == {"w": pytest.approx(1000 * rate)}
    assert found.low == pytest.approx(found.share)  # the done images agree
    assert found.without(["w"]) == pytest.approx(0.0)
    assert (found.done, found.pixels) == (5, 6000)


def test_done_images_that_differ_make_the_interval_wide():
    facts = {f"d{n}": done(bins(b9=1000), bins(b9=20 + n * 20)) for n in range(5)}
    facts |= {f"w{n}": waiting(bins(b9=1000)) for n in range(20)}
    found = remaining_errors(facts)
    assert found.low < found.share < found.high
    assert found.high > 1.4 * found.share
    more = {f"e{n}": each for n, each in enumerate(list(facts.values())[:5] * 4)}
    narrow = remaining_errors(facts | more)
    assert narrow.high - narrow.low < (found.high - found.low) / 2


def test_too_few_done_or_changed_images_tell_nothing():
    few = {f"d{n}": done(bins(b9=1000), bins(b9=20)) for n in range(4)} | {"w": waiting(bins(b9=1000))}
    assert remaining_errors(few) is None
    same = {f"d{n}": done(bins(b9=1000), NONE) for n in range(6)} | {"w": waiting(bins(b9=1000))}
    assert remaining_errors(same) is None
    one = same | {"d0": done(bins(b9=1000), bins(b9=20))}
    assert remaining_errors(one) is None  # without that image, nothing is known of errors
    assert remaining_errors(one | {"d1": one["d0"]}) is not None
    assert remaining_errors({}) is None


def test_images_without_a_prediction_do_not_count():
    facts = {f"d{n}": done(bins(b9=1000), bins(b9=20)) for n in range(5)} | {"w": waiting(bins(b9=1000))}
    other = ImageFacts(10**6, {}, {}, Source.LABELS, False, NONE, NONE, NONE)
    assert remaining_errors(facts | {"x": other}) == remaining_errors(facts)


def test_nothing_is_left():
    found = remaining_errors({f"d{n}": done(bins(b9=1000), bins(b9=20)) for n in range(5)})
    assert (found.share, found.low, found.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("freedom", "quantile"), [(4, 2.776), (9, 2.262), (30, 2.042)])
def test_quantiles_of_students_t(freedom, quantile):
    assert student_t(freedom) == pytest.approx(quantile, abs=0.01)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        facts, truth = {}, 0
        for n in range(40):
            free = rng.multinomial(1000, rng.dirichlet([1.0, 2.0, 8.0]))
            wrong = rng.binomial(free, np.clip(rng.gamma(4, 0.25) * np.array([0.3, 0.1, 0.01]), 0, 1))
            spread = bins(b4=int(free[0]), b7=int(free[1]), b9=int(free[2]))
            if n < 10:
                facts[str(n)] = done(spread, bins(b4=int(wrong[0]), b7=int(wrong[1]), b9=int(wrong[2])))
            else:
                facts[str(n)], truth = waiting(spread), truth + int(wrong.sum())
        found = remaining_errors(facts)
        hits += found.low <= truth / found.pixels <= found.high
    assert 0.9 <= hits / 200 <= 0.99
