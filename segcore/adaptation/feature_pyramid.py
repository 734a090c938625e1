"""FeaturePyramid: what a frozen network sees in one image, at several scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_shares import ClassShares

STRIDE = 4
"""Pixels of the image for one cell of the finest map, in which all scores are given."""

IMAGENET_NETWORK = "efficientnet_lite0"
"""The network whose features a project's head is fitted to."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FeaturePyramid:
    """Feature maps of an image, each at its own scale: a twentieth of the memory of all of them at the finest.

    Attributes
    ----------
    levels : tuple[NDArray[np.float16], ...]
        [h, w, D] each, finest first, -65504 to 65504. Cell (y, x) covers the pixels from (y, x) times its stride on.
    strides : tuple[int, ...]
        Pixels for one cell of each level: `STRIDE` times a power of two.
    height, width : int
        The image in pixels; maps may reach beyond it by less than the coarsest stride.
    shares : ClassShares or None
        What the network in use says, on the grid of the finest level; None without one.
    """

    levels: tuple[NDArray[np.float16], ...]
    strides: tuple[int, ...]
    height: int
    width: int
    shares: ClassShares | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the cells at `STRIDE` that hold a pixel of the image."""
        return -(-self.height // STRIDE), -(-self.width // STRIDE)

    @property
    def channels(self) -> int:
        """D, of all levels together."""
        return sum(level.shape[2] for level in self.levels)

    @property
    def nbytes(self) -> int:
        """Of memory."""
        return sum(level.nbytes for level in self.levels) + (self.shares.nbytes if self.shares is not None else 0)


def gather(
    level: NDArray[np.float16] | Floats, times: int, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> Floats:
    """Return what `enlarged` would put at these cells of the finer grid: float32 [n, D] of ``level``, [h, w, D]."""
    if times == 1:
        return level[rows, columns].astype(np.float32)
    height, width = level.shape[:2]
    y, x = (np.clip((each + 0.5) / times - 0.5, 0, size - 1) for each, size in ((rows, height), (columns, width)))
    top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    below, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = ((a - b)[:, None].astype(np.float32) for a, b in ((y, top), (x, left)))
    upper = level[top, left] * (1 - across) + level[top, right] * across
    lower = level[below, left] * (1 - across) + level[below, right] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def cell_features(
    levels: Sequence[NDArray[np.float16]],
    strides: Sequence[int],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
) -> Floats:
    """Return float32 [n, D + 1] of the n cells at `STRIDE` in these rows and columns; the last feature is 1.

    ``levels`` are [h, w, D] each, as `Normaliser` gives them, ``strides`` their pixels for one cell.
    """
    parts = [gather(level, stride // STRIDE, rows, columns) for level, stride in zip(levels, strides, strict=True)]
    return np.concatenate([*parts, np.ones((rows.size, 1), np.float32)], axis=1)
