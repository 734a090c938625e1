"""Numbers of any type as class values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX


def class_values(path: Path, values: NDArray[Any], nodata: float | None = None) -> NDArray[np.uint8]:
    """Return whole numbers [H, W] of any integer or float type as class values, uint8 [H, W].

    ``nodata`` and NaN become 255. Raises LabelError, which names the file ``path``: below 0, above 255, or a fraction.
    """
    empty = None if nodata is None or nodata == IGNORE_INDEX else values == nodata
    if values.dtype.kind == "f":
        empty = np.isnan(values) if empty is None else empty | np.isnan(values)
    if values.dtype != np.uint8:
        known = values if empty is None else values[~empty]
        if values.dtype.kind == "f" and (known != np.trunc(known)).any():
            raise LabelError(f"{path} holds numbers with a fraction.", "Class values are whole numbers from 0 to 255.")
        if known.size and (known.min() < 0 or known.max() > IGNORE_INDEX):
            raise LabelError(
                f"{path} holds values from {known.min():.9g} to {known.max():.9g}.",
                "Class values are whole numbers from 0 to 255.",
            )
    if empty is None:
        return values.astype(np.uint8)
    labels = np.where(empty, values.dtype.type(0), values).astype(np.uint8)
    labels[empty] = IGNORE_INDEX
    return labels
