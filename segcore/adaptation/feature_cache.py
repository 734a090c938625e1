"""FeatureCache: the features of the images that come next, within a budget of memory."""

from __future__ import annotations

from collections import OrderedDict

from segcore.adaptation.feature_pyramid import FeaturePyramid

BUDGET = 256_000_000
"""Bytes: about 230 images of 480x360, 20 of 1920x1080 or 40 of 16 megapixels, whatever the size of the folder."""


class FeatureCache:
    """Forgets what was used longest ago when the budget is spent; an image larger than the budget is not kept."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self._kept: OrderedDict[str, FeaturePyramid] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Of all that is kept."""
        return sum(each.nbytes for each in self._kept.values())

    def get(self, key: str) -> FeaturePyramid | None:
        """Return the features kept under this name, such as an image id with its fingerprint; None without any."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: str, pyramid: FeaturePyramid) -> None:
        """Keep features."""
        self._kept.pop(key, None)
        if pyramid.nbytes > self.budget:
            return
        self._kept[key] = pyramid
        while self.nbytes > self.budget:
            self._kept.popitem(last=False)
