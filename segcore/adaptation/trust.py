"""Trust: how far a rare class must lead before the head may say it, from how often it was right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange, renamed
from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.ridge import check_array

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

    def is_rare(self, value: int, painted: dict[int, float]) -> bool:
        """Return whether a class of done images has a small share of the known pixels; see `bias` for ``painted``."""
        return value in self._pixels and self.share(value, painted) < self.rare

    def bias(self, value: int, painted: dict[int, float]) -> float:
        """Return the lead that a class needs: 0 if it is not rare, or new; `NEVER` if it was hardly ever right.

        ``painted`` has the pixels that were painted in the open image by class value.
        """
        if not self.is_rare(value, painted):
            return 0.0
        leads = (np.arange(BINS) + 0.5) * STEP
        believed = np.clip(0.4 + leads, 0, 1)
        right = self._right.get(value, 0.0) + PRIOR_PIXELS * believed
        wrong = self._wrong.get(value, 0.0) + PRIOR_PIXELS * (1 - believed)
        right, wrong = (each[::-1].cumsum()[::-1] for each in (right, wrong))
        enough = np.flatnonzero(right >= self.precision * (right + wrong))
        return float(enough[0] * STEP) if enough.size else NEVER

    def withheld(self, values: Iterable[int], painted: dict[int, float]) -> frozenset[int]:
        """Return which of these class values are rare and not painted in the open image."""
        return frozenset(value for value in values if value not in painted and self.is_rare(value, painted))

    def count(self, pixels: dict[int, float]) -> None:
        """Let an image be done that has so many pixels of each class value."""
        for table in (self._right, self._wrong):
            for each in table.values():
                each *= self.decay
        for value in self._pixels:
            self._pixels[value] *= self.decay
        for value, number in pixels.items():
            self._pixels[value] = self._pixels.get(value, 0.0) + number

    def rename_classes(self, change: ClassChange) -> None:
        """Use other class values; see `renamed`."""
        self._right, self._wrong = renamed(self._right, change), renamed(self._wrong, change)
        self._pixels = renamed(self._pixels, change)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restore` needs."""
        values = sorted({*self._pixels, *self._right, *self._wrong})
        tables = [[table.get(value, np.zeros(BINS)) for value in values] for table in (self._right, self._wrong)]
        return {
            "trust.values": np.array(values, np.uint8),
            "trust.pixels": np.array([self._pixels.get(value, 0.0) for value in values], np.float64),
            "trust.tables": np.array(tables, np.float64).reshape(2, len(values), BINS),
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Remember what `state` says. Raises KeyError and ValueError; nothing is changed then."""
        values, pixels, tables = (state[f"trust.{part}"] for part in ("values", "pixels", "tables"))
        check_array(pixels, (len(values),))
        check_array(tables, (2, len(values), BINS))
        keys = [int(value) for value in values]
        self._pixels = dict(zip(keys, pixels.astype(np.float64).tolist(), strict=True))
        right, wrong = (table.astype(np.float64) for table in tables)
        self._right, self._wrong = dict(zip(keys, right, strict=True)), dict(zip(keys, wrong, strict=True))

    def learn(self, value: int, lead: Floats, right: NDArray[np.bool_]) -> None:
        """Take note of pixels: float32 [n], lead of the score, above 0; bool [n], whether it was right."""
        bins = np.minimum((lead / STEP).astype(np.int64), BINS - 1)
        for table, mask in ((self._right, right), (self._wrong, ~right)):
            found = np.bincount(bins[mask], minlength=BINS).astype(np.float64)
            table[value] = table.get(value, 0.0) + found
