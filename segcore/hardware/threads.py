"""How torch's threads wait for each other. Never imports torch."""

from __future__ import annotations

import os

_SPINS = "10000"


def spin_briefly() -> None:
    """Let idle threads of OpenMP spin for microseconds, then sleep. Call it before torch is loaded.

    GNU's OpenMP, which torch brings on Linux, spins for about a millisecond at each barrier. Alone on the machine that
    costs nothing; beside a training or another program the spinning thread holds the core that the one it waits for
    needs: a CRF of 83,000 pixels was seen to take ten seconds instead of one. Spinning so briefly is as fast on a quiet
    machine. What the person's environment says goes first.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
