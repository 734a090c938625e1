"""Calibration: whether a model's "90 %" is right in 90 of 100 cases, and the temperature that makes it so.

Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks": temperature scaling (section 4.2),
expected calibration error and reliability diagrams (section 2).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX

BINS = 15
"""Of the reliability diagram, as in the paper."""

SAMPLED_PIXELS = 20_000
"""About so many pixels of all images together decide the temperature; it is one number."""

LEAST_PIXELS = 50
"""Of each image, however many images there are."""

TEMPERATURES = 0.25, 10.0
"""The search's bounds: where every sampled pixel is right, the best temperature would be 0."""

_SMALLEST = 1e-30
_STEPS = 40
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: pixels by the probability of their predicted class.

    Attributes
    ----------
    pixels : NDArray[np.int64]
        [BINS], how many lie in each bin; bin k has probabilities in (k / BINS, (k + 1) / BINS].
    confidence, accuracy : NDArray[np.float64]
        [BINS], mean probability and share of right pixels, 0.0-1.0; 0 in an empty bin.
    """

    pixels: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, 0.0-1.0: mean distance of confidence and accuracy over the pixels."""
        total = int(self.pixels.sum())
        return float((self.pixels * np.abs(self.confidence - self.accuracy)).sum() / total) if total else 0.0


class PixelSample:
    """Known pixels, drawn evenly from the images that are measured, with their probabilities.

    Parameters
    ----------
    images : int
        How many images there will be: they share `SAMPLED_PIXELS`.
    """

    def __init__(self, images: int) -> None:
        self._share = max(LEAST_PIXELS, SAMPLED_PIXELS // max(1, images))
        self._random = np.random.default_rng(0)
        self._logs: list[NDArray[np.float32]] = []
        self._wanted: list[NDArray[np.int64]] = []

    def add(
        self, truth: NDArray[np.uint8], probabilities: NDArray[np.float32], table: NDArray[np.uint8] | None = None
    ) -> None:
        """Draw from one image.

        Parameters
        ----------
        truth : NDArray[np.uint8]
            [H, W], channels of the data; 255 = ignore.
        probabilities : NDArray[np.float32]
            [C, H, W], of the model, 0-1.
        table : NDArray[np.uint8] or None
            [C]: the data's channel of each channel of the model, 255 for none. None: they are the same.
        """
        known = np.flatnonzero(truth != IGNORE_INDEX)
        chosen = self._random.choice(known, min(self._share, known.size), replace=False)
        shares = probabilities.reshape(len(probabilities), -1)[:, chosen].T
        channels = np.full(256, -1, np.int64)
        same = np.arange(len(probabilities), dtype=np.uint8) if table is None else table
        channels[same] = np.arange(len(same))
        channels[IGNORE_INDEX] = -1
        self._logs.append(np.log(np.maximum(shares, np.float32(_SMALLEST))))
        self._wanted.append(channels[truth.flat[chosen]])

    @property
    def logs(self) -> NDArray[np.float32]:
        """[n, C], logarithms of the probabilities: logits, but for a constant a pixel."""
        return np.concatenate(self._logs) if self._logs else np.zeros((0, 1), np.float32)

    @property
    def wanted(self) -> NDArray[np.int64]:
        """[n], the model's channel of the true class; -1 for a class that the model does not know."""
        return np.concatenate(self._wanted) if self._wanted else np.zeros(0, np.int64)

    def temperature(self) -> float:
        """Return the temperature that minimises the negative log likelihood of the known pixels; 1.0 without any.

        The likelihood has one minimum: it is convex in 1 / T. Found by golden section over log T.
        """
        return _fitted(self.logs, self.wanted)

    def crossed(self) -> NDArray[np.float32]:
        """Return for each pixel a temperature that was fitted without its image, float32 [n].

        It is fitted on every second image, for those between them, and the other way round. With a single image the
        halves are its pixels, which says less.
        """
        if len(self._wanted) > 1:
            half = np.repeat(np.arange(len(self._wanted)) % 2, [len(each) for each in self._wanted])
        else:
            half = np.arange(len(self.wanted)) % 2
        found, logs, wanted = np.ones(len(half), np.float32), self.logs, self.wanted
        for side in (0, 1):
            found[half == side] = _fitted(logs[half != side], wanted[half != side])
        return found

    def reliability(self, temperature: float | NDArray[np.float32] = 1.0) -> Reliability:
        """Return the reliability diagram of the probabilities at this temperature, or at one for each pixel, [n]."""
        logs, wanted = self.logs / np.asarray(temperature, np.float32).reshape(-1, 1), self.wanted
        confidence = np.exp(logs.max(1) - _log_sum(logs)).astype(np.float64)
        right = logs.argmax(1) == wanted
        bins = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
        pixels = np.bincount(bins, minlength=BINS)
        sums = (np.bincount(bins, weights, minlength=BINS) for weights in (confidence, right.astype(np.float64)))
        means = [np.divide(total, pixels, out=np.zeros(BINS), where=pixels > 0) for total in sums]
        return Reliability(pixels, means[0], means[1])


@dataclass(frozen=True)
class Calibration:
    """The temperature of a model, and its expected calibration errors without and with it; None: not measured.

    The error with it is that of cross-fitting: each half of the images is judged at the temperature of the other half,
    because the temperature of all pixels fits just these pixels a little too well.
    """

    temperature: float = 1.0
    error_before: float | None = None
    error_after: float | None = None

    @classmethod
    def of(cls, sample: PixelSample | None) -> Calibration:
        """Fit it to a sample of the uncalibrated model; without one the temperature is 1."""
        if sample is None or not len(sample.wanted):
            return cls()
        temperature = round(sample.temperature(), 4)
        errors = [round(sample.reliability(each).error, 5) for each in (1.0, sample.crossed())]
        return cls(temperature, *errors)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def _fitted(logs: NDArray[np.float32], wanted: NDArray[np.int64]) -> float:
    """Return the temperature with the least loss, by golden section over its logarithm; 1.0 without known pixels."""
    logs, wanted = logs[wanted >= 0], wanted[wanted >= 0]
    if not len(wanted):
        return 1.0
    low, high = (math.log(bound) for bound in TEMPERATURES)
    first, second = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    left, right = (_loss(logs, wanted, math.exp(place)) for place in (first, second))
    for _ in range(_STEPS):
        if left < right:
            high, second, right = second, first, left
            first = high - _GOLDEN * (high - low)
            left = _loss(logs, wanted, math.exp(first))
        else:
            low, first, left = first, second, right
            second = low + _GOLDEN * (high - low)
            right = _loss(logs, wanted, math.exp(second))
    return math.exp((low + high) / 2.0)


def _loss(logs: NDArray[np.float32], wanted: NDArray[np.int64], temperature: float) -> float:
    scaled = logs / np.float32(temperature)
    return float((_log_sum(scaled) - scaled[np.arange(len(wanted)), wanted]).mean(dtype=np.float64))


def _log_sum(logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Float32 [n, C] -> [n]: log sum exp."""
    top = logs.max(1)
    return np.asarray(top + np.log(np.exp(logs - top[:, None]).sum(1)), np.float32)
