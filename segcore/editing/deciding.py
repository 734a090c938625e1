"""Deciding: labels from a prediction's probabilities, other than its most probable ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.strips import strips_of
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress, Task

DOUBLES = 25
"""So much bias doubles the probability of a class."""


def next_best(prediction: ProbabilityMap, region: Covered, value: int) -> int | None:
    """Return the class value, other than ``value``, that is most probable in a region on average; None without one."""
    box, mask = region
    pixels = max(1, int(np.count_nonzero(mask)))
    means = [float(each[box.slices].sum(where=mask, dtype=np.int64)) / pixels for each in prediction.probabilities]
    ranked = sorted(zip(means, prediction.indices.tolist(), strict=True), reverse=True)
    return next((int(index) for mean, index in ranked if index != value and mean > 0), None)


def biased(prediction: ProbabilityMap, value: int, bias: float) -> Task[NDArray[np.uint8]]:
    """Return the labels of a prediction, uint8 [H, W], with one class made more or less probable.

    Parameters
    ----------
    value : int
        The class value. Where the prediction does not know it, or says no class (255), nothing changes.
    bias : float
        The probability of the class is multiplied by 2^(bias / 25) before it is compared with the others.
    """
    labels = prediction.labels.copy()
    channel = np.flatnonzero(prediction.indices == value)
    if not channel.size:
        return labels
    weight = np.float32(2.0 ** (bias / DOUBLES))
    others = np.delete(np.arange(len(prediction.indices)), channel[0])
    height, width = labels.shape
    for strip, _ in strips_of(Box(0, 0, width, height), 0):
        own = prediction.probabilities[channel[0]][strip.slices].astype(np.float32) * weight
        most = np.zeros((strip.height, strip.width), np.uint8)
        best = np.full((strip.height, strip.width), IGNORE_INDEX, np.uint8)
        for other in others:
            part = prediction.probabilities[other][strip.slices]
            np.copyto(best, np.uint8(prediction.indices[other]), where=part > most)
            np.maximum(most, part, out=most)
        predicted = labels[strip.slices]
        said = predicted != IGNORE_INDEX
        gains = said & (own > most)
        loses = said & (own < most) & (predicted == value)
        np.copyto(predicted, best, where=loses)
        np.copyto(predicted, np.uint8(value), where=gains)
        yield Progress(strip.bottom, height)
    return labels
