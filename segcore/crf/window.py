"""Windows: the part of the image round a stroke, kept while the pen stays in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Windows:
    """The windows of one image that were used last, with what depends on their pixels only.

    Keep one an image and give it to each `SmartStroke` and `EdgeBand` on it.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self.image = image
