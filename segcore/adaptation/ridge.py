"""Ridge regression in closed form, from sums that examples are added to."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass
class Sums:
    """What ridge regression needs to know of weighted examples x with one-hot targets.

    Attributes
    ----------
    xx : NDArray[np.float64]
        [D, D], sum of w x xᵀ.
    xy : dict[int, NDArray[np.float64]]
        [D], sum of w x over the examples of each class value.
    """

    xx: Doubles
    xy: dict[int, Doubles]

    @classmethod
    def none(cls, dimensions: int) -> Sums:
        """Return the sums of no example."""
        return cls(np.zeros((dimensions, dimensions)), {})

    @property
    def dimensions(self) -> int:
        """D."""
        return len(self.xx)

    def add(self, features: NDArray[np.float32], weights: NDArray[np.float32], value: int) -> None:
        """Add examples of one class: float32 [n, D], float32 [n], 0 or more."""
        x = features.astype(np.float64)
        weighted = x * weights[:, None]
        self.xx += weighted.T @ x
        self.xy[value] = self.xy.get(value, 0.0) + weighted.sum(0)

    def remove(self, features: NDArray[np.float32], weights: NDArray[np.float32], value: int, others: bool) -> None:
        """Take examples away that were added; without ``others`` of its class, the class is unknown again."""
        self.add(features, -weights, value)
        if not others:
            del self.xy[value]

    def decay(self, share: float) -> None:
        """Let everything count ``share`` (0-1) of what it did."""
        self.xx *= share
        for each in self.xy.values():
            each *= share

    def plus(self, other: Sums) -> Sums:
        """Return the sums of all examples of both."""
        values = sorted({*self.xy, *other.xy})
        nothing = np.zeros(self.dimensions)
        return Sums(self.xx + other.xx, {v: self.xy.get(v, nothing) + other.xy.get(v, nothing) for v in values})

    def widened(self, dimensions: int) -> Sums:
        """Return the sums of the same examples with further features that were 0 in all of them."""
        more = dimensions - self.dimensions
        return Sums(np.pad(self.xx, (0, more)), {value: np.pad(each, (0, more)) for value, each in self.xy.items()})


@dataclass(frozen=True)
class Linear:
    """Scores of classes: x @ weights + 1 / C.

    Attributes
    ----------
    values : tuple[int, ...]
        Class value of each column.
    weights : NDArray[np.float32]
        [D, C].
    """

    values: tuple[int, ...]
    weights: NDArray[np.float32]


def fit(sums: Sums, ridge: float, towards: Doubles | None = None) -> Linear:
    """Return the weights W that minimise the weighted squares of x W - (one-hot - 1 / C), plus ``ridge`` |W - W0|².

    ``towards`` is W0, float64 [D, C] with a column for each class in ascending order; None is 0.
    """
    values = tuple(sorted(sums.xy))
    targets = np.stack([sums.xy[v] for v in values], axis=1)
    targets -= targets.sum(1, keepdims=True) / len(values)
    if towards is not None:
        targets -= sums.xx @ towards
    system = sums.xx.copy()
    system.flat[:: len(system) + 1] += ridge
    found, weights = cv2.solve(system, targets, flags=cv2.DECOMP_CHOLESKY)
    if not found:
        weights = np.linalg.solve(system, targets)
    return Linear(values, np.asarray(weights if towards is None else weights + towards, np.float32))
