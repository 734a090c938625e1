"""The engines: which there are, what each needs, and the way to both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from segcore.crf import process
from segcore.crf.parameters import CrfParameters
from segcore.errors import CrfError
from segcore.hardware.memory import available_memory
from segcore.progress import Progress, Task, mapped

Engine = Literal["auto", "exact", "fast"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

SHARE = 0.5
"""Of the free memory: what other programs take is not foreseen."""

_PER_PIXEL = {"exact": 300, "fast": 150}
_PER_VALUE = {"exact": 36, "fast": 24}
"""Bytes that an engine takes for a pixel, and for each class of a pixel, at its peak, beside what it is given.

Measured on street scenes of 1.5 megapixels: 211 and 31, 98 and 17.
"""

_PER_SAMPLE, _PER_SAMPLE_VALUE = 1600, 40
"""Likewise of the fast engine, for a pixel that is a sample: the less θα reaches, the more of them are. Measured on
noise, where no two share anything."""


def require_engine(engine: Engine) -> None:
    """Raise CrfError when there is no such engine, or what it needs is not installed (the message says what)."""
    if engine not in ENGINES:
        raise CrfError(f"The CRF has no engine '{engine}'.", f"Choose one of: {', '.join(ENGINES)}.")
    if engine == "exact":
        process.require_crf()


@dataclass(frozen=True)
class Backend:
    """An engine at a place.

    Attributes
    ----------
    engine : {"exact", "fast"}
        What computes.
    device : str
        Where the fast one does.
    """

    engine: Literal["exact", "fast"]
    device: str = "cpu"

    @staticmethod
    def for_choice(engine: Engine, device: str | None, channels: int) -> Backend:
        """Settle what was left open.

        Parameters
        ----------
        engine : Engine
            ``auto`` is ``fast`` everywhere, so that an answer does not depend on what happens to be installed.
        device : str or None
            ``cpu``, ``cuda``, or None or ``auto``: the GPU where torch sees one with room, else the CPU. Any other is
            the CPU.
        channels : int
            Of the probabilities.

        Raises
        ------
        CrfError
            There is no such engine or device, or it is not installed.
        """
        require_engine(engine)
        if engine == "exact":
            return Backend("exact")
        if device not in (None, "auto", "cuda"):
            return Backend("fast")
        import torch

        gpu = Backend("fast", "cuda")
        if not torch.cuda.is_available():
            if device == "cuda":
                raise CrfError("There is no device 'cuda' here.", "Choose auto or cpu.")
            return Backend("fast")
        return gpu if device == "cuda" or gpu.pixels_in_room(channels) >= _WORTH_A_GPU else Backend("fast")

    def pixels_in_room(self, channels: int, parameters: CrfParameters | None = None) -> float:
        """Return how many pixels the free memory has room for; with usual parameters when they are not given."""
        if self.device == "cuda":
            import torch

            from segcore.hardware.device import free_memory

            free = free_memory(torch.device(self.device))
        else:
            free = available_memory()
        needed: float = _PER_PIXEL[self.engine] + channels * _PER_VALUE[self.engine]
        if parameters is not None and self.engine == "fast":
            from segcore.crf.fast import sampled_share

            needed += sampled_share(parameters) * (_PER_SAMPLE + channels * _PER_SAMPLE_VALUE)
        return SHARE * free / needed

    def mean_field(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
    ) -> Task[NDArray[np.float32]]:
        """Refine one tile of at least two classes, checked as by `unary`. Raises CrfError, MemoryError."""
        if self.engine == "exact":
            return process.mean_field_exact(image, probabilities, parameters)
        return self._fast(image, probabilities, parameters)

    def _fast(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
    ) -> Task[NDArray[np.float32]]:
        from segcore.crf.fast import mean_field_fast  # torch

        try:
            iterations = mean_field_fast(image, probabilities, parameters, self.device)
            return (yield from mapped(iterations, lambda done: Progress(done, parameters.iterations, "Refining")))
        except RuntimeError as error:
            from segcore.hardware.device import is_out_of_memory

            if not is_out_of_memory(error):
                raise
            raise MemoryError(str(error)) from error


_WORTH_A_GPU = 512 * 512
