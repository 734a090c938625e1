"""Rarity: a wrong pixel of a rare class costs more than one of a common class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST, MOST = 0.25, 4.0
"""Bounds of a weight, so that one stray pixel of a class does not lead the list."""


@dataclass(frozen=True)
class Rarity:
    """Weights of classes: sqrt(1 / (C f)) of a class with the share f of all pixels among C classes.

    A class of average size weighs 1. The square root lies between counting pixels (1) and counting classes (1 / f).

    Attributes
    ----------
    weights : dict[int, float]
        By class value, `LEAST` to `MOST`; classes that are not in it weigh `MOST`, pixels without a class 1.
    """

    weights: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, pixels: Mapping[int, float]) -> Rarity:
        """Return the weights for these numbers of pixels by class value, 0 or more."""
        total = sum(pixels.values())
        seen = {value: number / total for value, number in pixels.items() if number > 0}
        return cls({value: _bounded((1 / (len(seen) * share)) ** 0.5) for value, share in seen.items()})

    def weight(self, value: int) -> float:
        """Return the weight of a class value; 255 is no class."""
        if value == 255 or not self.weights:
            return 1.0
        return self.weights.get(value, MOST)


def _bounded(weight: float) -> float:
    return min(MOST, max(LEAST, weight))
