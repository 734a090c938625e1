"""How the learning rate changes from the first step to the last."""

from __future__ import annotations

import math

from segcore.training.recipe import Schedule

POLY_POWER = 0.9
STEPS, STEP_FACTOR = 3, 0.1
LEAST = 0.02
"""Of the full rate, at the beginning of a warm-up."""


def rate_at(fraction: float, schedule: Schedule, warm_up: float) -> float:
    """Share of the full learning rate, 0.0 to 1.0.

    Parameters
    ----------
    fraction : float
        How much of the training is over, 0.0 to 1.0.
    schedule : {"one_cycle", "poly", "step", "fixed"}
        ``one_cycle`` falls along half a cosine after the warm-up (Smith 2018); ``poly`` is (1 - fraction) ** 0.9 (Chen
        et al. 2018, section 4.1; Zhao et al. 2017, section 5.1); ``step`` is a tenth of itself after each third (Chen
        et al. 2015, section 5.1); ``fixed`` stays.
    warm_up : float
        For this share of the training the rate rises linearly to what the schedule says there.
    """
    if fraction < warm_up:
        return max(LEAST, fraction / warm_up) * _after(warm_up, schedule, warm_up)
    return _after(fraction, schedule, warm_up)


def _after(fraction: float, schedule: Schedule, warm_up: float) -> float:
    if schedule == "one_cycle":
        return 0.5 * (1.0 + math.cos(math.pi * (fraction - warm_up) / (1.0 - warm_up)))
    if schedule == "poly":
        return float((1.0 - min(1.0, fraction)) ** POLY_POWER)
    if schedule == "step":
        return float(STEP_FACTOR ** min(STEPS - 1, int(fraction * STEPS)))
    return 1.0
