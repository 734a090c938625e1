"""CoarseHead: linear scores of cells, from frozen features and from what the network in use says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_shares import SHARE_SCALE, ClassShares
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_image import LiveImage
from segcore.adaptation.normaliser import Normaliser
from segcore.adaptation.ridge import Doubles, Sums, check_array, fit
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.slotted_head import SlottedHead
from segcore.errors import AdaptationError


class CoarseHead(SlottedHead):
    """Ridge regression of cells at `STRIDE`; see `LiveHead`.

    Its features are those of the frozen network, the constant 1, and a slot for each class that a network in use has
    said something of: its probability, 0 where there was no network. The ridge pulls the weights towards passing the
    probabilities through. An image without a network is scored by what the same examples say without the slots.

    Parameters
    ----------
    ridge : float
        Pull towards 0, of slots towards passing through.
    """

    def __init__(self, ridge: float) -> None:
        super().__init__(fixed=1)
        self._ridge = ridge
        self._normaliser: Normaliser | None = None

    def check(self, pyramid: FeaturePyramid) -> None:
        """Raise AdaptationError when the features of an image are not those of earlier ones."""
        if self._normaliser is not None and not self._normaliser.fits(pyramid):
            raise AdaptationError("The features of this image are those of another network.", "Start Live afresh.")

    def look(self, image: NDArray[np.uint8], pyramid: FeaturePyramid, key: str, known_before: bool) -> LiveImage:
        """Return what the head needs to know of an image; see `LiveImage`."""
        if self._normaliser is None:
            self._normaliser = Normaliser.of(pyramid)
            self._fixed = self._normaliser.channels + 1
            self._past = Sums.none(self._fixed)
        if pyramid.shares is not None:
            self._add_slots(*pyramid.shares.values)
        levels = self._normaliser(pyramid)
        sums = Sums.none(self._size)
        return LiveImage(image, levels, pyramid.strides, sums, key, known_before, pyramid.shares, self.slots)

    def fitted(self, now: LiveImage) -> Scorer | None:
        """Return the scorer of an image that fits all that is known, the image included; None without any class."""
        shares = now.shares
        sums = self.known().plus(now.sums.widened(self._size))
        values = tuple(sorted({*sums.xy, *(shares.values if shares is not None else ())}))
        if not values:
            return None
        passing = [] if shares is None else [self._fixed + self.slots.index(value) for value in shares.values]
        if len(passing) < len(self.slots) or passing != sorted(passing):
            sums = sums.only(np.array([*range(self._fixed), *passing]))
        towards = None if shares is None else self._through(shares, values)
        linear = fit(sums, self._ridge, towards, values)
        return Scorer.of(linear, () if shares is None else shares.values)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restore` needs."""
        normaliser = self._normaliser.state() if self._normaliser is not None else {}
        return {**normaliser, "coarse.slots": np.array(self.slots, np.uint8), **self.known().state("coarse")}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Know what `state` says. Raises KeyError and ValueError; nothing is changed then."""
        normaliser = Normaliser.restored(state) if "normaliser.means" in state else None
        slots = state.get("coarse.slots", np.zeros(0, np.uint8))  # a file of before there were any
        check_array(slots, (slots.size,))
        sums = Sums.restored(state, "coarse")
        fixed = 1 if normaliser is None else normaliser.channels + 1
        if sums.dimensions != fixed + slots.size:
            raise ValueError("the sums are not of these features")
        self._normaliser, self._fixed, self._past = normaliser, fixed, sums
        self.slots = tuple(int(value) for value in slots)

    def _through(self, shares: ClassShares, values: tuple[int, ...]) -> Doubles:
        """Return the weights that pass the probabilities through, float64 [D + 1 + slots, classes]."""
        weights = np.zeros((self._fixed + len(shares.values), len(values)))
        for row, value in enumerate(shares.values):
            weights[self._fixed + row, values.index(value)] = 1 / SHARE_SCALE
        return weights
