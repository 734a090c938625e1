"""Decision: from scores to labels, and which labels may change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats
from segcore.labels.classes import IGNORE_INDEX


@dataclass(frozen=True)
class Best:
    """The class that leads at each pixel.

    Attributes
    ----------
    values : NDArray[np.uint8]
        [H, W], class values.
    lead : NDArray[np.float32]
        [H, W], its score less that of the next class, 0 or more; 0 where there is only one class.
    gain : NDArray[np.float32]
        [H, W], its score less that of the label the pixel has; infinite where it has none, minus infinite where that
        label has no score: who knows nothing of a class cannot say that a model found it wrongly.
    """

    values: NDArray[np.uint8]
    lead: Floats
    gain: Floats


def best_of(planes: Iterable[tuple[int, Floats]], labels: NDArray[np.uint8]) -> Best:
    """Return the best class of each pixel.

    Parameters
    ----------
    planes : Iterable[tuple[int, NDArray[np.float32]]]
        Class values, each with its scores [H, W].
    labels : NDArray[np.uint8]
        [H, W], 255 where a pixel has none.
    """
    top = np.full(labels.shape, -np.inf, np.float32)
    second = top.copy()
    held = np.where(labels == IGNORE_INDEX, np.float32(-np.inf), np.float32(np.inf))
    values = np.full(labels.shape, IGNORE_INDEX, np.uint8)
    for value, plane in planes:
        np.copyto(values, np.uint8(value), where=plane > top)
        np.maximum(second, np.minimum(top, plane), out=second)
        np.maximum(top, plane, out=top)
        np.copyto(held, plane, where=labels == value)
    lead = np.where(np.isfinite(second), top - second, np.float32(0))
    return Best(values, lead, top - held)
