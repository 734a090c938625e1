"""Trust: how far a rare class must lead before the head may say it, from how often it was right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats

STEP = 0.025
BINS = 40
"""Leads from 0 to 1 in steps of `STEP`."""
PRIOR_PIXELS = 5.0
"""Of each bin: what a class is believed to do before anything is known of it."""
NEVER = 2.0


class Trust:
    """Remembers, for each class and each lead of its score over all others, how many pixels were right and wrong.

    A rare class costs little when it is left out, for one stroke brings it in, and much when it is said in many wrong
    places, for each is a stroke. So it is said only from that lead on from which it was right often enough.

    Parameters
    ----------
    precision : float
        Share of its pixels that must have been right, 0-1.
    rare : float
        A class with a smaller share of all known pixels, 0-1, is rare.
    decay : float
        What earlier images count when one more is done, 0-1.
    """

    def __init__(self, precision: float, rare: float, decay: float) -> None:
        self.precision, self.rare, self.decay = precision, rare, decay
        self._right: dict[int, NDArray[np.float64]] = {}
        self._wrong: dict[int, NDArray[np.float64]] = {}
        self._pixels: dict[int, float] = {}

    def share(self, value: int, painted: dict[int, float]) -> float:
        """Return the share of a class, 0-1, of the pixels of done images and those painted in the open one."""
        total = sum(self._pixels.values()) + sum(painted.values())
        return (self._pixels.get(value, 0.0) + painted.get(value, 0.0)) / total if total else 0.0

    def bias(self, value: int, painted: dict[int, float]) -> float:
        """Return the lead that a class needs, 0 for one that is not rare, `NEVER` for one that was hardly ever right.

        ``painted`` has the pixels that were painted in the open image by class value.
        """
        if self.share(value, painted) >= self.rare:
            return 0.0
        leads = (np.arange(BINS) + 0.5) * STEP
        believed = np.clip(0.4 + leads, 0, 1)
        right = self._right.get(value, 0.0) + PRIOR_PIXELS * believed
        wrong = self._wrong.get(value, 0.0) + PRIOR_PIXELS * (1 - believed)
        right, wrong = (each[::-1].cumsum()[::-1] for each in (right, wrong))
        enough = np.flatnonzero(right >= self.precision * (right + wrong))
        return float(enough[0] * STEP) if enough.size else NEVER

    def count(self, pixels: dict[int, float]) -> None:
        """Let an image be done that has so many pixels of each class value."""
        for table in (self._right, self._wrong):
            for each in table.values():
                each *= self.decay
        for value in self._pixels:
            self._pixels[value] *= self.decay
        for value, number in pixels.items():
            self._pixels[value] = self._pixels.get(value, 0.0) + number

    def learn(self, value: int, lead: Floats, right: NDArray[np.bool_]) -> None:
        """Take note of pixels: float32 [n], lead of the score, above 0; bool [n], whether it was right."""
        bins = np.minimum((lead / STEP).astype(np.int64), BINS - 1)
        for table, mask in ((self._right, right), (self._wrong, ~right)):
            found = np.bincount(bins[mask], minlength=BINS).astype(np.float64)
            table[value] = table.get(value, 0.0) + found
