"""Images of more than 8 bits a channel: their own range stretched to 0-255, a band of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

BAND_PIXELS = 4_000_000
_VALUES = 1_000_000

Rows = Callable[[int, int], NDArray[Any]]
"""The rows from one number up to another: [h, W] or [h, W, 3], of any number type."""
Range = tuple[float, float]
"""The values that become 0 and 255."""


def bands(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield (first row, row after the last) of bands that are small enough to be copied as floats."""
    rows = max(1, BAND_PIXELS // max(1, width))
    for top in range(0, height, rows):
        yield top, min(height, top + rows)


def stretch(read: Rows, out: NDArray[np.uint8], nodata: float | None = None) -> None:
    """Write an image into ``out``, uint8 [H, W, 3], its 0.1 to 99.9 percentile becoming 0-255; grey fills all three.

    ``nodata`` is a value that counts for no percentile.
    """
    low, high = _range(read, out.shape, nodata)
    table = scaled(np.arange(1 << 16, dtype=np.float32), low, high)
    for top, bottom in bands(out.shape[0], out.shape[1]):
        values = read(top, bottom)
        found = table[values] if values.dtype == np.uint16 else scaled(values.astype(np.float32), low, high)
        out[top:bottom] = found if values.ndim == 3 else found[..., None]


def scaled(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Map ``low`` to 0 and ``high`` to 255, overwriting ``values``."""
    scale = 255.0 / (high - low) if high > low else 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        values -= np.float32(low)
        values *= np.float32(scale)
    np.nan_to_num(values, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(np.rint(values, out=values), 0, 255).astype(np.uint8)


def _range(read: Rows, shape: tuple[int, ...], nodata: float | None) -> Range:
    """Return the range between percentiles of about a million values, evenly spread."""
    taken: list[NDArray[Any]] = []
    passed, step = 0, 0
    for top, bottom in bands(shape[0], shape[1]):
        values = read(top, bottom).reshape(-1)
        step = step or max(1, values.size // (bottom - top) * shape[0] // _VALUES)
        taken.append(values[-passed % step :: step].copy())
        passed += values.size
    return range_of(np.concatenate(taken), nodata)


def range_of(values: NDArray[Any], nodata: float | None = None) -> Range:
    """Return the 0.1 and 99.9 percentile of the finite values that are not ``nodata``."""
    if nodata is not None:
        values = values[values != nodata]
    found = values.astype(np.float32)
    found = found[np.isfinite(found)]
    if found.size == 0:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(found, (0.1, 99.9)))
    return low, high
