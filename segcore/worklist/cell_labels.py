"""CellLabels: corrected labels on the grid of the features, without cells on a border."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import STRIDE
from segcore.adaptation.live_image import shares
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, values_in

PURE = 0.75
"""Share of a cell that must have one class."""


def cell_labels(label_map: LabelMap) -> NDArray[np.uint8]:
    """Return uint8 [ceil(H / STRIDE), ceil(W / STRIDE)]: the painted or confirmed class of each cell, 255 for none."""
    truth = label_map.ground_truth()
    height, width = truth.shape
    found = np.full((-(-height // STRIDE), -(-width // STRIDE)), IGNORE_INDEX, np.uint8)
    for value in values_in(truth):
        if value != IGNORE_INDEX:
            found[shares(truth == value) >= PURE] = value
    return found
