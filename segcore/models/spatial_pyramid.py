"""Spatial pyramid pooling: a vector of one length from a feature map of any size (He et al. 2014)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class SpatialPyramidPooling(nn.Module):
    """The maximum of every bin of several grids, laid one after the other (He et al. 2014, section 2.2, figure 3).

    With a grid of n x n bins, bin (i, j), counted from 1, holds the rows from ``floor((i - 1) h / n)`` to
    ``ceil(i h / n)`` and the columns likewise (appendix A); on maps smaller than the grid, bins share pixels.

    Parameters
    ----------
    levels : tuple[int, ...]
        Bins on each side of each grid; the default 4, 2, 1 gives (16 + 4 + 1) times the map's channels.
    """

    def __init__(self, levels: tuple[int, ...] = (4, 2, 1)) -> None:
        super().__init__()
        self.levels = levels

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, C, h, w], h and w from 1 upwards -> float [N, C * sum(level ** 2)]."""
        return torch.cat([functional.adaptive_max_pool2d(x, level).flatten(1) for level in self.levels], dim=1)
