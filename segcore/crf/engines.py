"""Engines of the CRF: their names, what each needs, and `Backend`, which runs either."""

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
"""Share of the free memory that a tile may take; the rest is for other programs."""

_PER_PIXEL = {"exact": 300, "fast": 150}
_PER_VALUE = {"exact": 36, "fast": 24}
"""Bytes that an engine takes for a pixel, and for each class of a pixel, at its peak, beside its inputs.

Measured on street scenes of 1.5 megapixels: 211 and 31, 98 and 17.
"""

_PER_GRID_PIXEL, _PER_GRID_VALUE = 1600, 40
"""Likewise for a grid pixel of the fast engine: a smaller θα needs more of them. Measured on noise, where no two pixels
share a vertex of the lattice."""


def require_engine(engine: Engine) -> None:
    """Raise CrfError when the engine does not exist or is not installed; the remedy says how to install it."""
    if engine not in ENGINES:
        raise CrfError(f"The CRF has no engine '{engine}'.", f"Choose one of: {', '.join(ENGINES)}.")
    if engine == "exact":
        process.require_crf()


@dataclass(frozen=True)
class Backend:
    """An engine and the device that it runs on.

    Attributes
    ----------
    engine : {"exact", "fast"}
        Which engine.
    device : str
        Of the fast engine: ``cpu`` or ``cuda``.
    """

    engine: Literal["exact", "fast"]
    device: str = "cpu"

    @staticmethod
    def for_choice(engine: Engine, device: str | None, channels: int) -> Backend:
        """Choose the engine and the device.

        Parameters
        ----------
        engine : Engine
            ``auto`` is ``fast`` on every machine, so that a result does not depend on what is installed.
        device : str or None
            ``cpu``, ``cuda``, or None or ``auto``: the GPU if torch finds one with enough free memory, else the CPU.
            Any other device is the CPU.
        channels : int
            Number of channels of the probabilities.

        Raises
        ------
        CrfError
            The engine or device does not exist, or is not installed.
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
                raise CrfError("This computer has no device 'cuda'.", "Choose auto or cpu.")
            return Backend("fast")
        return gpu if device == "cuda" or gpu.pixels_in_room(channels) >= _WORTH_A_GPU else Backend("fast")

    def pixels_in_room(self, channels: int, parameters: CrfParameters | None = None) -> float:
        """Return how many pixels fit into the free memory; without ``parameters``, with usual ones."""
        if self.device == "cuda":
            import torch

            from segcore.hardware.device import free_memory

            free = free_memory(torch.device(self.device))
        else:
            free = available_memory()
        needed: float = _PER_PIXEL[self.engine] + channels * _PER_VALUE[self.engine]
        if parameters is not None and self.engine == "fast":
            from segcore.crf.fast import grid_share

            needed += grid_share(parameters) * (_PER_GRID_PIXEL + channels * _PER_GRID_VALUE)
        return SHARE * free / needed

    def mean_field(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
    ) -> Task[NDArray[np.float32]]:
        """Refine one tile of at least two classes, checked as in `unary`. Raises CrfError, MemoryError."""
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
