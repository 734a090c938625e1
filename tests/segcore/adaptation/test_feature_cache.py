"""The cache stays within its budget."""

from __future__ import annotations

import numpy as np

from segcore.adaptation.feature_cache import FeatureCache
from segcore.adaptation.feature_pyramid import FeaturePyramid


def pyramid(cells: int = 10) -> FeaturePyramid:
    return FeaturePyramid((np.zeros((cells, 10, 5), np.float16),), (4,), cells * 4, 40)


def test_what_was_used_longest_ago_goes_first():
    cache = FeatureCache(budget=3000)
    for key in "abc":
        cache.put(key, pyramid())
    assert cache.get("a") is not None
    cache.put("d", pyramid())
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]
    assert cache.nbytes == 3000


def test_what_is_larger_than_the_budget_is_not_kept_and_throws_nothing_out():
    cache = FeatureCache(budget=3000)
    cache.put("a", pyramid())
    cache.put("b", pyramid(100))
    assert cache.get("b") is None
    assert cache.get("a") is not None


def test_new_features_take_the_place_of_old_ones():
    cache = FeatureCache(budget=3000)
    cache.put("a", pyramid())
    new = pyramid(20)
    cache.put("a", new)
    assert cache.get("a") is new
    assert cache.nbytes == 2000
