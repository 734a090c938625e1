"""Colour tables: 256 QRgb values each, so that another look never touches a pixel."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
from PySide6.QtGui import qRgba

from segcore.labels.classes import IGNORE_INDEX, ClassSet

VIRIDIS = "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725"
"""Ten points of the perceptually uniform map by van der Walt and Smith (CC0)."""
INFERNO = "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4"
"""Likewise; dark is certain, bright is uncertain."""

UNKNOWN = (255, 0, 200)
"""For values that are no class of the project: seen at once."""

NOT_DRAWN = (235, 235, 235, 100)
"""RGBA among the changes: the label differs from the prediction, and is unlabelled or of a hidden class."""
SAME = (0, 0, 0, 130)
"""RGBA among the changes: the label is the predicted one, the image is dimmed."""


def class_table(classes: ClassSet, opacity: float, hidden: Collection[int] = ()) -> list[int]:
    """Class colours with ``opacity`` (0.0-1.0); hidden classes and the ignore index are clear."""
    alpha = round(255 * min(max(opacity, 0.0), 1.0))
    table = [qRgba(*UNKNOWN, alpha)] * 256
    for each in classes:
        table[each.index] = qRgba(*each.color, alpha)
    for value in (*hidden, IGNORE_INDEX):
        table[value] = 0
    return table


@lru_cache(maxsize=16)
def heat_table(points: str, alpha: int) -> list[int]:
    """Return 256 colours along the control points (``rrggbb`` each), with ``alpha`` 0-255."""
    colors = np.array([list(bytes.fromhex(p)) for p in points.split()], np.float64)
    at = np.linspace(0, len(colors) - 1, 256)
    channels = [np.interp(at, np.arange(len(colors)), colors[:, k]).round().astype(int) for k in range(3)]
    return [qRgba(int(r), int(g), int(b), alpha) for r, g, b in zip(*channels, strict=True)]
