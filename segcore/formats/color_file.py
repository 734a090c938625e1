"""The colours of a label map in which they have a meaning of their own, such as numbers of segments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, LabelSizeError
from segcore.images.image import read_image


def read_colors(path: Path, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the colours of a file, uint8 RGB [H, W, 3].

    Raises
    ------
    LabelError
        The file cannot be read.
    LabelSizeError
        It does not measure ``shape``, (height, width) of its image.
    """
    try:
        colors = read_image(path)
    except ImageError as error:
        raise LabelError(error.message, error.remedy) from error
    height, width = colors.shape[:2]
    if (height, width) != shape:
        raise LabelSizeError(
            f"{path} measures {width} x {height}, its image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
            (height, width),
        )
    return colors
