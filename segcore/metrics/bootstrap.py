"""Bootstrap intervals over images: how far a score would move with other images of the same kind."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95


def resampled(images: int, resamples: int = RESAMPLES, seed: int = 0) -> NDArray[np.float64]:
    """Float64 [resamples, images]: how often each image is drawn in each resample; rows sum to ``images``.

    Images are drawn with replacement (Efron 1979). Sums over a resample are then one matrix product. The same seed
    gives the same resamples; used for two models, it makes the comparison a paired one.
    """
    random = np.random.default_rng(seed)
    return random.multinomial(images, np.full(images, 1.0 / images), resamples).astype(np.float64)


def interval(
    values: NDArray[np.float64], images: int, level: float = LEVEL, student: bool = False
) -> tuple[float, float] | None:
    """Return the expanded percentile interval of a statistic.

    The plain percentile interval is too narrow for few images. Hesterberg (2015, The American Statistician 69, pages
    371-386) takes further quantiles: Phi(-sqrt(n / (n - 1)) t) instead of (1 - level) / 2, with the quantile t of
    Student's distribution with n - 1 degrees of freedom.

    Parameters
    ----------
    values : NDArray[np.float64]
        [resamples], the statistic of each resample; NaN where it is not defined.
    images : int
        How many images were resampled.
    level : float
        Of confidence, 0.0-1.0.
    student : bool
        Let the interval reach at least sqrt(n / (n - 1)) t standard deviations of the resamples to either side of
        their mean. For the mean of images this is Student's interval; it holds what it says also for five images and
        for levels near 1, where no resample lies beyond the quantile.

    Returns
    -------
    (float, float) or None
        None with fewer than two images, or when no resample has a value.
    """
    values = values[np.isfinite(values)]
    if images < 2 or not values.size:
        return None
    reach = math.sqrt(images / (images - 1)) * student_quantile(level, images - 1)
    tail = NormalDist().cdf(-reach)
    low, high = (float(bound) for bound in np.quantile(values, [tail, 1.0 - tail]))
    if student:
        mean, width = float(values.mean()), reach * float(values.std())
        low, high = min(low, mean - width), max(high, mean + width)
    return low, high


@cache
def student_quantile(level: float, freedom: int) -> float:
    """Return the t above 0 with P(|T| < t) = level for ``freedom`` (1, 2, ...) degrees of freedom; by bisection."""
    low, high = 0.0, 1.0
    while _within(high, freedom) < level:
        high *= 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return high


def _within(t: float, freedom: int) -> float:
    """P(|T| < t): Abramowitz and Stegun 1964, 26.7.3 (odd degrees of freedom) and 26.7.4 (even ones)."""
    if freedom > 200:
        return 2.0 * NormalDist().cdf(t) - 1.0
    angle = math.atan(t / math.sqrt(freedom))
    cosine = math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    return 2.0 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
