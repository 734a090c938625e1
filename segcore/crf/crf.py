"""Crf: an energy and the engine that minimises it, as those take it who refine many images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.crf.engines import Engine, refine, require_engine
from segcore.crf.parameters import CrfParameters
from segcore.progress import Task


@dataclass(frozen=True)
class Crf:
    """How to refine.

    Attributes
    ----------
    parameters : CrfParameters
        The energy.
    engine : Engine
        ``auto``, ``exact`` or ``fast``; see `refine`.
    device : str or None
        For the fast engine: ``cpu``, ``cuda``, or None for the best there is.
    """

    parameters: CrfParameters
    engine: Engine = "auto"
    device: str | None = None

    def require(self) -> None:
        """Raise CrfError, with what to install, when the engine is not there."""
        require_engine(self.engine)

    def refine(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> Task[NDArray[np.float32]]:
        """Refine float32 [C, H, W] of an image, uint8 [H, W, 3]; see `segcore.crf.refine`."""
        return refine(image, probabilities, self.parameters, self.engine, self.device)
