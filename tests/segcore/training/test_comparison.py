from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from segcore.labels.classes import ClassSet
from segcore.metrics.image_counts import ImageCounts
from segcore.models.lineage import fingerprint
from segcore.training.comparison import Comparison, ConfusionChange, ImageChange, Verdict, judge
from segcore.training.dataset import Pair

CLASSES = ClassSet.in_voc_colors(["road", "car", "sign"])


def pair(key: str, part: str = "all") -> Pair:
    return Pair(key, Path(key), Path(f"{key}.png"), part=part)


def image(key: str, *rows: tuple[int, ...]) -> ImageCounts:
    """Rows are true classes; the columns are road, car, sign and nothing."""
    return ImageCounts.from_counts(key, np.array([*rows, *[(0, 0, 0, 0)] * (3 - len(rows))], np.int64))


def judged(before, after, **options) -> Comparison:
    return judge(before, after, [pair(each.key) for each in after], CLASSES, **options)


def side(right: list[int]) -> list[ImageCounts]:
    """Images of 100 road and 100 car pixels, of which so many cars are found."""
    return [image(f"{n}", (100, 0, 0, 0), (100 - cars, cars, 0, 0)) for n, cars in enumerate(right)]


def test_scores_and_changes_by_hand():
    before = [image("x", (3, 1, 0, 0), (1, 1, 0, 0)), image("y", (4, 0, 0, 0))]
    after = [image("x", (4, 0, 0, 0), (2, 0, 0, 0)), image("y", (2, 0, 1, 1))]
    found = judged(before, after)
    # road: before 7 of 3+1+4+1 = 9, after 6 of 6+2+2 = 10; car: 1 of 3, 0 of 2; sign: none, then 0 of 1.
    assert found.before == pytest.approx((7 / 9 + 1 / 3) / 2)
    assert found.after == pytest.approx((6 / 10 + 0 + 0) / 3)
    road, car, sign = found.classes
    assert (road.before, road.after) == (pytest.approx(7 / 9), pytest.approx(0.6))
    assert car.change == pytest.approx(-1 / 3)
    assert (sign.before, sign.after, sign.change, sign.images) == (None, 0.0, None, 0)
    assert (road.images, car.images) == (2, 1)
    # x: road 3/5 and car 1/3, then 4/6 and 0; y: road 1, then 2/4.
    worst, best = found.changes
    assert worst == ImageChange("y", 1.0, 0.5)
    assert best == ImageChange("x", pytest.approx((3 / 5 + 1 / 3) / 2), pytest.approx((4 / 6) / 2))
    assert found.worse == (worst, best)
    assert found.better == ()


def test_the_confusions_that_changed_most_by_hand():
    before = [image("x", (90, 8, 2, 0), (5, 5, 0, 0))]
    after = [image("x", (90, 0, 3, 7), (6, 4, 0, 0))]
    assert judged(before, after).confusions == (
        ConfusionChange("road", "", 0, 7),
        ConfusionChange("road", "sign", 2, 3),
        ConfusionChange("car", "road", 5, 6),
        ConfusionChange("road", "car", 8, 0),
    )


def test_better_when_every_image_gains():
    found = judged(side([40, 45, 50, 40, 50, 45]), side([60, 66, 72, 59, 70, 64]))
    assert found.verdict is Verdict.BETTER
    assert found.interval is not None
    assert 0.0 < found.interval[0] < found.change < found.interval[1]
    assert all(each.interval is not None for each in found.classes[:2])


def test_the_interval_of_equal_gains_is_that_gain():
    # Each image: before road 100/150, car 50/100; after road 100/120, car 80/100. Every resample says the same.
    found = judged(side([50] * 6), side([80] * 6))
    gain = (100 / 120 - 100 / 150 + 0.3) / 2
    assert found.change == pytest.approx(gain)
    assert found.interval == pytest.approx((gain, gain))


def test_not_shown_when_images_disagree_or_nothing_changes():
    mixed = judged(side([50] * 6), side([90, 20, 80, 30, 60, 45]))
    assert mixed.change > 0
    assert mixed.verdict is Verdict.NOT_SHOWN
    assert judged(side([50] * 6), side([50] * 6)).verdict is Verdict.NOT_SHOWN
    assert judged(side([80] * 6), side([50] * 6)).verdict is Verdict.NOT_SHOWN


def test_too_few_images_whatever_they_gain():
    found = judged(side([10] * 4), side([99] * 4))
    assert found.verdict is Verdict.TOO_FEW
    assert found.images == 4
    assert found.change > 0.4


def test_regions_of_a_single_image_are_too_few():
    found = judge(side([10]), side([99]), [pair("0", "validate")], CLASSES, {fingerprint("0")})
    assert found.verdict is Verdict.TOO_FEW
    assert found.regions
    assert (found.images, found.seen, found.interval) == (1, 0, None)


def test_a_class_that_collapses_prevents_it():
    before = [image(f"{n}", (100, 100, 0, 0), (100, 100, 0, 0), (0, 0, 10, 0)) for n in range(8)]
    after = [image(f"{n}", (195, 5, 0, 0), (5, 195, 0, 0), (4, 0, 6, 0)) for n in range(8)]
    found = judged(before, after)
    assert found.interval is not None
    assert found.interval[0] > 0
    assert found.collapsed == ("sign",)
    assert found.verdict is Verdict.NOT_SHOWN


def test_a_class_in_few_images_has_no_interval_and_may_collapse():
    before = [image(f"{n}", (100, 100, 0, 0), (100, 100, 0, 0), *([(0, 0, 10, 0)] if n == 0 else [])) for n in range(8)]
    after = [image(f"{n}", (195, 5, 0, 0), (5, 195, 0, 0), *([(0, 5, 5, 0)] if n == 0 else [])) for n in range(8)]
    found = judged(before, after)
    assert found.classes[2].interval is None
    assert found.classes[2].images == 1
    assert found.collapsed == ("sign",)


def test_images_that_a_model_was_trained_on_do_not_count():
    before, after = side([95, 95, 10, 10, 10, 10, 10]), side([20, 20, 60, 61, 62, 63, 64])
    seen = {fingerprint("0"), fingerprint("1")}
    found = judged(before, after, seen=seen)
    assert (found.images, found.seen) == (5, 2)
    assert found.verdict is Verdict.BETTER
    assert {each.key for each in found.changes} == {"2", "3", "4", "5", "6"}
    assert judged(before, after).verdict is Verdict.NOT_SHOWN


def test_when_all_images_were_trained_on_they_are_measured_but_judge_nothing():
    found = judged(side([10] * 6), side([90] * 6), seen={fingerprint(f"{n}") for n in range(6)})
    assert found.verdict is Verdict.TOO_FEW
    assert (found.images, found.seen) == (0, 6)
    assert found.after > found.before > 0


def test_without_a_model_before_its_iou_is_zero():
    found = judged(None, side([80, 70, 90, 80, 75]))
    assert found.before == 0.0
    assert found.verdict is Verdict.BETTER


def test_images_that_only_one_model_could_predict_or_without_known_pixels_are_left_out():
    before = side([50] * 6)
    after = [*side([60] * 5), image("nothing known")]
    found = judged(before, after)
    assert found.images == 5
    assert found.before == pytest.approx((100 / 150 + 0.5) / 2)


def test_nothing_to_measure():
    found = judged([], [])
    assert found.verdict is Verdict.TOO_FEW
    assert (found.before, found.after, found.interval, found.changes) == (0.0, 0.0, None, ())


def test_json_and_back():
    found = judged(side([40, 45, 50, 40, 50]), side([60, 66, 72, 59, 10]))
    assert Comparison.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found


@pytest.mark.parametrize(
    "change", [{"verdict": "good"}, {"after": 1.5}, {"interval": [1, 0]}, {"classes": None}, {"changes": [{}]}]
)
def test_damaged_json_is_refused(change):
    data = judged(side([40] * 5), side([60] * 5)).to_json()
    with pytest.raises((KeyError, TypeError, ValueError)):
        Comparison.from_json(data | change)


def test_in_a_checkpoint_images_have_no_names():
    found = judged(side([40] * 5), side([60] * 5)).anonymous()
    assert {each.key for each in found.changes} == {fingerprint(f"{n}") for n in range(5)}


def test_a_thousand_images_of_twenty_classes_are_judged_at_once():
    random = np.random.default_rng(0)
    classes = ClassSet.in_voc_colors([f"class {n}" for n in range(20)])
    images = [ImageCounts.from_counts(f"{n}", random.integers(0, 99, (20, 21))) for n in range(1000)]
    started = time.perf_counter()
    judge(images, images, [pair(each.key) for each in images], classes)
    assert time.perf_counter() - started < 5.0
