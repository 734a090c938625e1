"""Budget: how long training may go on, and where in it we are."""

from __future__ import annotations

import math
import time

from segcore.training.distributed import ALONE, World


class Budget:
    """A number of steps, a time on the wall clock that counts everything since ``started``, or whichever ends first.

    Parameters
    ----------
    steps : int or None
        Training ends after so many steps.
    seconds : float or None
        Training ends this long after ``started``, the reading of images and the last validation included.
    started : float
        `time.monotonic` when the work began.
    world : World
        Of several processes, rank 0's clock counts for all.
    """

    def __init__(self, steps: int | None, seconds: float | None, started: float, world: World = ALONE) -> None:
        self.steps = steps
        self.seconds = seconds
        self.started = started
        self.step = 0
        self._world = world
        self._first = started
        self._reserve = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self.started

    def begin(self) -> None:
        """Say that the first step comes now."""
        self._first = time.monotonic()

    def reserve(self, seconds: float) -> None:
        """Keep this much time free at the end, for the last validation and saving."""
        self._reserve = seconds

    @property
    def fraction(self) -> float:
        """Share of the training that is over, 0.0 to 1.0; the learning rate follows it.

        With a time to keep, all processes ask for this together.
        """
        steps = self.step / self.steps if self.steps is not None else 0.0
        clock = 0.0
        if self.seconds is not None:
            room = self.started + self.seconds - self._reserve - self._first
            clock = self._world.agreed(1.0 if room <= 0 else (time.monotonic() - self._first) / room)
        return min(1.0, max(steps, clock))

    @property
    def over(self) -> bool:
        """Whether no further step may begin; the first always may."""
        return self.step > 0 and self.fraction >= 1.0

    @property
    def seconds_left(self) -> float:
        """Estimate, at least 0; infinite before the first step when steps are counted."""
        clock = math.inf if self.seconds is None else max(0.0, self.seconds - self.elapsed)
        if self.step == 0 or self.steps is None:
            return clock
        pace = (time.monotonic() - self._first) / self.step
        return min(clock, pace * max(0, self.steps - self.step) + self._reserve)

    def state(self) -> dict[str, float]:
        """Return how far training has come, JSON values, for `restore`."""
        return {
            "step": self.step,
            "elapsed": self.elapsed,
            "first": self._first - self.started,
            "reserve": self._reserve,
        }

    def restore(self, state: dict[str, float]) -> None:
        """Go on from `state`; the time in between does not count."""
        self.step = int(state["step"])
        self.started = time.monotonic() - state["elapsed"]
        self._first = self.started + state["first"]
        self._reserve = state["reserve"]
