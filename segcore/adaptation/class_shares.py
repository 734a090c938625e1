"""ClassShares: what the network in use says of an image, for the live head."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange

SHARE_SCALE = 3.0
"""How freely the weights of the probabilities may move."""


@dataclass(frozen=True)
class ClassShares:
    """How probable each class is in each cell of an image.

    Attributes
    ----------
    values : tuple[int, ...]
        The C class values of the project that the network knows reliably; it may say them before anyone painted them.
    shares : NDArray[np.float16]
        [h, w, C] probabilities, 0-1; what is missing to a sum of 1 is that of all other classes.
    stride : int
        Pixels of the image for one cell.
    network : str
        Names the network.
    trained_on_it : bool
        Whether the network was trained on this image: its probabilities are too sure of themselves there, and say
        nothing about how far to follow it elsewhere.
    """

    values: tuple[int, ...]
    shares: NDArray[np.float16]
    stride: int
    network: str = ""
    trained_on_it: bool = False

    @property
    def nbytes(self) -> int:
        """Of memory."""
        return self.shares.nbytes

    def renamed(self, change: ClassChange) -> ClassShares | None:
        """Return the shares of other class values; those of classes that become one are added. None without any."""
        news = [change.get(value, value) for value in self.values]
        values = tuple(sorted({value for value in news if value is not None}))
        if not values:
            return None
        matrix = np.array([[new == value for value in values] for new in news], np.float32)
        shares = (self.shares.astype(np.float32) @ matrix).astype(np.float16)
        return replace(self, values=values, shares=shares)
