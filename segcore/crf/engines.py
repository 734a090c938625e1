"""The engines, and `refine`, the one way to them."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from segcore.crf import process
from segcore.crf.parameters import CrfParameters
from segcore.crf.unary import check
from segcore.errors import CrfError
from segcore.progress import Progress, Task

Engine = Literal["auto", "exact", "fast"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def require_engine(engine: Engine) -> None:
    """Raise CrfError when there is no such engine, or what it needs is not installed (the message says what)."""
    if engine not in ENGINES:
        raise CrfError(f"The CRF has no engine '{engine}'.", f"Choose one of: {', '.join(ENGINES)}.")
    if engine == "exact":
        process.require_crf()


def refine(
    image: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    parameters: CrfParameters,
    engine: Engine = "auto",
    device: str | None = None,
) -> Task[NDArray[np.float32]]:
    """Refine probabilities so that their borders follow the image.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.float32]
        [C, H, W], not negative. A pixel without any counts as undecided. With one class they come back unchanged.
    parameters : CrfParameters
        The energy.
    engine : Engine
        ``exact``: pydensecrf, in a process of its own. ``fast``: ours, in torch. ``auto`` is ``fast`` everywhere, so
        that an answer does not depend on what happens to be installed.
    device : str or None
        For the fast engine: ``cpu`` or ``cuda``; None: the GPU where torch sees one with room, else the CPU.

    Returns
    -------
    Task[NDArray[np.float32]]
        [C, H, W], 0-1, summing to 1 at each pixel. Steps come after each iteration, of the exact engine at least
        every 50 ms (its iterations run in another process, which closing the task ends at once). Python's global
        lock is free meanwhile.

    Raises
    ------
    CrfError
        Sizes that differ, values that are not finite or negative, an engine that is not installed or died, and for
        the exact one reaches too small for the image (`CrfParameters.check_reach`; the fast one does without).
    """
    for done in check(image, probabilities):
        yield Progress(0, parameters.iterations, "Refining", {"checked": done})
    if len(probabilities) < 2:
        return np.array(probabilities, np.float32)
    require_engine(engine)
    if engine == "exact":
        return (yield from process.mean_field_exact(image, probabilities, parameters))
    return (yield from _fast(image, probabilities, parameters, device))


def _fast(
    image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters, device: str | None
) -> Task[NDArray[np.float32]]:
    from segcore.crf.fast import mean_field_fast  # torch

    task = mean_field_fast(image, probabilities, parameters, device)
    try:
        while True:
            yield Progress(next(task), parameters.iterations, "Refining")
    except StopIteration as stop:
        marginals: NDArray[np.float32] = stop.value
        return marginals
    finally:
        task.close()
