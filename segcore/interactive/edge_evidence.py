"""What speaks for each class at the pixels of a band along a border."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.interactive.colour_model import likelihood
from segcore.interactive.gesture import Network
from segcore.interactive.window import Window

Floats = NDArray[np.float32]

BLUR = 0.5
"""Standard deviation, in half-widths of the band, by which the present labels are blurred to a prior."""
PRIOR = 2.0
"""How much the log of that prior counts."""
COLOUR, COLOUR_LIMIT = 1.0, 3.0
"""How much the log odds of a colour count between classes, and how high they may be."""
NETWORK, NETWORK_LIMIT = 0.6, 4.0
"""How much the network's log odds count, and how high they may be."""
NEAR = 1.0
"""Distance, in half-widths of the band, over which pixels beside it count e times less for the colours of a class."""
THIN = 0.5
"""Half-widths of the band; half as wide, a structure is thin."""
_LEAST = np.float32(1e-3)


@dataclass(frozen=True)
class EdgeEvidence:
    """A band in a window.

    Attributes
    ----------
    band : NDArray[np.bool_]
        [h, w].
    values : NDArray[np.uint8]
        [K], the class values that touch the band, 255 (no class) perhaps among them.
    numbers : NDArray[np.uint8]
        [h, w], which of ``values`` each pixel has; 255: none of them.
    """

    band: NDArray[np.bool_]
    values: NDArray[np.uint8]
    numbers: NDArray[np.uint8]

    @staticmethod
    def of(labels: NDArray[np.uint8], band: NDArray[np.bool_]) -> EdgeEvidence:
        """Read it from uint8 [h, w] labels."""
        touching = cv2.dilate(band.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        values = np.unique(labels[touching])
        table = np.full(256, 255, np.uint8)
        table[values] = np.arange(len(values))
        return EdgeEvidence(band, values, table[labels])

    @cached_property
    def half_width(self) -> float:
        """Pixels; on the way across a band, the mean distance from its rim is half of it."""
        if self.band.all():
            return float(min(self.band.shape)) / 2
        inside = cv2.distanceTransform(self.band.astype(np.uint8), cv2.DIST_L2, 5)
        return max(1.0, 2.0 * float(inside[self.band].mean()))

    def known(self) -> NDArray[np.uint8]:
        """Return uint8 [h, w]: the number of the class where it is known, 255 elsewhere.

        That is beside the band, and on the middle line of what is thin: it may change its width, but not vanish.
        K stands for any class that does not touch the band.
        """
        known = np.where(self.band, np.uint8(255), np.minimum(self.numbers, np.uint8(len(self.values))))
        thin = THIN * self.half_width
        for number in range(len(self.values)):
            depth = cv2.distanceTransform((self.numbers == number).astype(np.uint8), cv2.DIST_L2, 5)
            highest = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((5, 5), np.uint8)))
            crest = self.band & highest & (depth < thin)
            known[crest] = number
        return known

    def odds(self, window: Window, network: Network) -> Floats:
        """Return the log odds of each class, float32 [K, h, w], up to a constant at each pixel."""
        half = self.half_width
        odds = PRIOR * np.log(self._blurred(BLUR * half))
        odds += COLOUR * _limited(self._colours(window, NEAR * half), COLOUR_LIMIT)
        shares = self._shares(window, network)
        if shares is not None:
            odds += NETWORK * _limited(np.log(shares), NETWORK_LIMIT)
        return np.asarray(odds, np.float32)

    def _blurred(self, sigma: float) -> Floats:
        masks = [(self.numbers == number).astype(np.float32) for number in range(len(self.values))]
        return np.stack([cv2.GaussianBlur(mask, (0, 0), max(sigma, 0.5)) for mask in masks]) + _LEAST

    def _colours(self, window: Window, reach: float) -> Floats:
        """Log likelihood of each pixel's colour in each class, learned beside the band and in its sure part."""
        away = cv2.distanceTransform((~self.band).astype(np.uint8), cv2.DIST_L2, 5)
        weights = np.exp(-away / np.float32(reach))
        sure = self._blurred(reach / NEAR * BLUR)
        sure /= sure.sum(axis=0)
        found = []
        for number in range(len(self.values)):
            inside = np.clip(2.0 * sure[number] - 1.0, 0.0, 1.0)
            counts = np.where(self.band, inside, weights * (self.numbers == number))
            found.append(np.log(likelihood(window, np.asarray(counts, np.float32))))
        return np.stack(found)

    def _shares(self, window: Window, network: Network) -> Floats | None:
        """Probabilities of the classes, [K, h, w]; those that the network does not know share what the others leave."""
        found = [network.of(window, int(value)) for value in self.values]
        if all(shares is None for shares in found):
            return None
        rest = np.clip(1.0 - np.sum([shares for shares in found if shares is not None], axis=0), 0.0, 1.0)
        return np.stack([rest if shares is None else shares for shares in found]).astype(np.float32) + _LEAST


def _limited(logs: Floats, limit: float) -> Floats:
    """Return log odds against the best class, at least ``-limit``."""
    return np.asarray(np.maximum(logs - logs.max(axis=0), -limit), np.float32)
