"""Ridge regression in closed form, from sums that examples are added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange, renamed

Doubles = NDArray[np.float64]
_NOTHING = 1e-9
"""Rounding: what is left of sums after all their examples were taken away."""


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
        weighted = features * weights[:, None]
        self.xx += weighted.T @ features  # the product in float32, which is twice as fast; only sums need float64
        self.xy[value] = self.xy.get(value, 0.0) + weighted.sum(0, dtype=np.float64)

    def remove(self, features: NDArray[np.float32], weights: NDArray[np.float32], value: int, others: bool) -> None:
        """Take examples away that were added; without ``others`` of its class, the class is unknown again."""
        self.add(features, -weights, value)
        if not others:
            del self.xy[value]

    def state(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restored` needs."""
        return {
            f"{name}.xx": self.xx,
            f"{name}.values": np.array(sorted(self.xy), np.uint8),
            f"{name}.xy": np.array([self.xy[v] for v in sorted(self.xy)]).reshape(len(self.xy), self.dimensions),
        }

    @classmethod
    def restored(cls, state: Mapping[str, NDArray[Any]], name: str) -> Sums:
        """Return the inverse of `state`. Raises KeyError and ValueError."""
        xx, values, xy = (state[f"{name}.{part}"] for part in ("xx", "values", "xy"))
        check_array(xx, (len(xx), len(xx)))
        check_array(xy, (len(values), len(xx)))
        return cls(xx.astype(np.float64), {int(v): each.astype(np.float64) for v, each in zip(values, xy, strict=True)})

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

    def minus(self, other: Sums) -> Sums:
        """Return the sums of these examples without those of ``other``, which are among them.

        A class of which nothing is left is unknown again.
        """
        found = dict(self.xy)
        for value, each in other.xy.items():
            left = found.get(value, 0.0) - each
            if np.abs(left).max() > _NOTHING * np.abs(each).max():
                found[value] = left
            else:
                found.pop(value, None)
        return Sums(self.xx - other.xx, found)

    def times(self, share: float) -> Sums:
        """Return the sums of the same examples with ``share`` of their weights."""
        return Sums(self.xx * share, {value: each * share for value, each in self.xy.items()})

    def renamed(self, mapping: ClassChange) -> Sums:
        """Return the sums with other class values; the examples of a removed class are of no class."""
        return Sums(self.xx, renamed(self.xy, mapping))

    def by(self, change: ClassChange, matrix: Doubles) -> Sums:
        """Return the sums by other class values, with the features ``matrix`` x; see `mapped` and `widened`."""
        if matrix.shape == self.xx.shape and not np.any(matrix - np.eye(len(matrix))):
            return self.renamed(change)  # as most often
        return self.widened(matrix.shape[1]).mapped(matrix).renamed(change)

    def mapped(self, matrix: Doubles) -> Sums:
        """Return the sums of the same examples with the features ``matrix`` x; float64 [new D, D]."""
        return Sums(matrix @ self.xx @ matrix.T, {value: matrix @ each for value, each in self.xy.items()})

    def only(self, places: NDArray[np.intp]) -> Sums:
        """Return the sums of the same examples with only the features at these places."""
        return Sums(self.xx[np.ix_(places, places)], {value: each[places] for value, each in self.xy.items()})

    def widened(self, dimensions: int) -> Sums:
        """Return the sums of the same examples with further features that were 0 in all of them."""
        more = dimensions - self.dimensions
        return Sums(np.pad(self.xx, (0, more)), {value: np.pad(each, (0, more)) for value, each in self.xy.items()})


def evenly(size: int, most: int) -> NDArray[np.intp]:
    """Return the places of ``most`` of so many examples, evenly spread; of all when there are fewer."""
    return np.linspace(0, size - 1, min(size, most)).astype(np.intp)


def check_array(array: NDArray[Any], shape: tuple[int, ...]) -> None:
    """Raise ValueError unless an array of a file has this shape and finite numbers."""
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"an array of shape {array.shape} is not one of finite numbers, {shape}")


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


def fit(sums: Sums, ridge: float, towards: Doubles | None = None, values: tuple[int, ...] | None = None) -> Linear:
    """Return the weights W that minimise the weighted squares of x W - (one-hot - 1 / C), plus ``ridge`` |W - W0|².

    ``towards`` is W0, float64 [D, C] with a column for each class in ascending order; None is 0. ``values`` are the
    classes, in ascending order; None: those that there are examples of.
    """
    values = tuple(sorted(sums.xy)) if values is None else values
    nothing = np.zeros(sums.dimensions)
    targets = np.stack([sums.xy.get(v, nothing) for v in values], axis=1)
    targets -= targets.sum(1, keepdims=True) / len(values)
    if towards is not None:
        targets -= sums.xx @ towards
    system = sums.xx.copy()
    system.flat[:: len(system) + 1] += ridge
    found, weights = cv2.solve(system, targets, flags=cv2.DECOMP_CHOLESKY)
    if not found:
        weights = np.linalg.solve(system, targets)
    return Linear(values, np.asarray(weights if towards is None else weights + towards, np.float32))
