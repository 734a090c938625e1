"""Sparing: classes too thin for the CRF keep the pixels that the network gave them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


def spare(
    refined: NDArray[np.float32], probabilities: NDArray[np.float32], channels: Collection[int]
) -> NDArray[np.float32]:
    """Give the pixels that the network calls one of ``channels`` their probabilities back.

    The Potts model punishes every pixel of a border, so that it gains most by taking away what is nearly all border:
    on CamVid a CRF that helps ten classes costs the poles half of their IoU. Which classes suffer is learned
    (`learn`), and those are spared: what the network found of them stays, and they may still grow.

    Parameters
    ----------
    refined, probabilities : NDArray[np.float32]
        [C, H, W], after and before the CRF.
    channels : Collection[int]
        The spared ones.

    Returns
    -------
    NDArray[np.float32]
        [C, H, W]; ``refined`` itself when nothing is spared.
    """
    if not channels:
        return refined
    kept = np.isin(probabilities.argmax(0), list(channels))
    return np.where(kept, probabilities, refined)
