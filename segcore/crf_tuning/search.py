"""Search: the order in which sets of parameters are tried, and the best of them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from segcore.crf.parameters import CrfParameters
from segcore.crf.presets import PRESETS
from segcore.crf_tuning.trial import Outcome, Trials
from segcore.progress import Progress, Task

RANGES = {
    "w1": (0.5, 12.0),
    "theta_alpha": (5.0, 80.0),
    "theta_beta": (2.5, 25.0),
    "w2": (0.2, 5.0),
    "theta_gamma": (0.7, 4.0),
}
"""Ranges of the search. A stronger CRF would overfit the few images it is tuned on."""

COARSE = 14
"""Sets of the coarse search, beside the start and the presets."""

FINALISTS = 3
FACTORS = (2.0, 1.4)
"""Factors of the coordinate descent, one round each."""

ENOUGH = 5e-4
"""A step is taken when it gains more than this; a smaller gain is noise."""


class Search:
    """Searches the set of parameters with the highest worth (`Outcome.worth`) on the training images.

    Parameters
    ----------
    trials, few : Trials
        Trials on all training images of the search, and on a part of them.
    start : CrfParameters
        Tried first; every set has its number of iterations.
    seed : int
        Seed of the coarse search.
    seconds : float
        Time limit; the best set so far is the result.
    """

    def __init__(self, trials: Trials, few: Trials, start: CrfParameters, seed: int, seconds: float) -> None:
        self._trials, self._few, self._start, self._seed = trials, few, start, seed
        self._sets = list(dict.fromkeys([start, *_presets(start), *spread(start, seed)]))
        self._planned = len(self._sets) + FINALISTS + 1 + len(FACTORS) * 2 * len(RANGES)
        self._began, self._seconds = time.monotonic(), seconds
        self.best = Outcome(replace(start, w1=0.0, w2=0.0), (), trials.without)

    @property
    def tried(self) -> int:
        """Number of sets tried, no CRF included."""
        return 1 + self._trials.tried + self._few.tried

    def run(self) -> Task[Outcome]:
        """Return the best outcome.

        First, the coarse search tries sets spread evenly over the logarithms of `RANGES`, and the presets, on the few
        images. Then the best of these and the start are compared with no CRF on all images. From the best, a
        coordinate descent multiplies and divides one parameter at a time by the `FACTORS`, and repeats what helped.
        """
        coarse = []
        for parameters in self._sets:
            if self._out_of_time(0.5):
                break
            coarse.append((yield from self._try(self._few, parameters)))
        coarse.sort(key=lambda outcome: -outcome.worth)
        for parameters in dict.fromkeys([*(outcome.parameters for outcome in coarse[:FINALISTS]), self._start]):
            yield from self._try_all(parameters, 0.0)
        for factor in FACTORS:
            for name in RANGES:
                for step in (factor, 1.0 / factor):
                    if (yield from self._slide(name, step)):
                        break
        return self.best

    def _slide(self, name: str, step: float) -> Task[bool]:
        """Multiply a parameter of the best set for as long as that helps; return whether it did."""
        helped = False
        low, high = RANGES[name]
        while low <= getattr(self.best.parameters, name) * step <= high and not self._out_of_time():
            before = self.best
            value = round(getattr(before.parameters, name) * step, 3)
            yield from self._try_all(replace(before.parameters, **{name: value}), ENOUGH)
            if self.best is before:
                break
            helped = True
        return helped

    def _try_all(self, parameters: CrfParameters, more: float) -> Task[None]:
        if self._out_of_time():
            return
        outcome = yield from self._try(self._trials, parameters)
        if outcome.worth > self.best.worth + more:
            self.best = outcome

    def _try(self, trials: Trials, parameters: CrfParameters) -> Task[Outcome]:
        without = self._trials.without.mean_iou
        detail = {
            "tried": self.tried,
            "mean_iou": self.best.scores.mean_iou,
            "without_mean_iou": without,
            "parameters": asdict(self.best.parameters),
        }
        message = f"Tried {self.tried} sets; mean IoU {self.best.scores.mean_iou:.1%}, without the CRF {without:.1%}"

        def progress_at(share: float) -> Progress:
            done = max((self.tried - 1 + share) / self._planned, self._elapsed() / self._seconds)
            return Progress(min(0.99, done), 1.0, message, detail)

        return (yield from trials.run(parameters, progress_at))

    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _out_of_time(self, share: float = 1.0) -> bool:
        return self._elapsed() > share * self._seconds


def spread(start: CrfParameters, seed: int) -> list[CrfParameters]:
    """Return `COARSE` sets; each parameter's values are spread evenly over its range (a Latin hypercube)."""
    random = np.random.default_rng(seed)
    columns: dict[str, Sequence[float]] = {}
    for name, (low, high) in RANGES.items():
        shares = (random.permutation(COARSE) + 0.5) / COARSE
        columns[name] = [round(low * math.exp(share * math.log(high / low)), 3) for share in shares]
    rows = zip(*columns.values(), strict=True)
    return [replace(start, **dict(zip(columns, row, strict=True))) for row in rows]


def _presets(start: CrfParameters) -> list[CrfParameters]:
    return [replace(preset, iterations=start.iterations) for preset in PRESETS.values()]
