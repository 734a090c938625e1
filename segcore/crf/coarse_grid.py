"""CoarseGrid: the pixels on which the fast CRF iterates, and interpolation from them to all pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag, interpolate, pad

from segcore.labels.classes import IGNORE_INDEX


class CoarseGrid:
    """A regular grid of single pixels of an image, at the positions that bilinear interpolation expects.

    Positions are those of ``align_corners=False``: the middles of equal cells, rounded to the nearest pixel.

    Parameters
    ----------
    height, width : int
        Of the image.
    grid_pixels : int
        About how many pixels the grid has; all pixels of a smaller image.
    device : torch.device
        Device of the indices.

    Attributes
    ----------
    size, shape : tuple[int, int]
        Height and width of the image, and of the grid.
    pixels : Tensor
        int64 [n], the grid pixels' positions in the flat image, row by row.
    is_whole : bool
        Whether every pixel of the image is in the grid.
    """

    def __init__(self, height: int, width: int, grid_pixels: int, device: torch.device) -> None:
        stride = max(1.0, math.sqrt(height * width / grid_pixels))
        self.size = height, width
        self.shape = rows, columns = math.ceil(height / stride), math.ceil(width / stride)
        self.is_whole = self.shape == self.size
        self._device = device
        down, across = (
            self._sides(count, length).round().clamp_(0, length - 1).long()
            for count, length in ((rows, height), (columns, width))
        )
        self.pixels = (down[:, None] * width + across).reshape(-1)

    def _sides(self, count: int, length: int) -> Tensor:
        return (torch.arange(count, device=self._device, dtype=torch.float64) + 0.5) * (length / count) - 0.5

    def agreed(self, labels: Tensor) -> Tensor:
        """Return for each pixel the label on which the (at most four) grid pixels around it agree, else 255.

        Parameters
        ----------
        labels : Tensor
            uint8 [n], of the grid pixels.

        Returns
        -------
        Tensor
            uint8 [H * W].
        """
        rows, columns = self.shape
        framed = pad(labels.reshape(1, 1, rows, columns).float(), (1, 1, 1, 1), mode="replicate")[0, 0].to(torch.uint8)
        corners = [framed[y : y + rows + 1, x : x + columns + 1] for y in (0, 1) for x in (0, 1)]
        same = (corners[0] == corners[1]) & (corners[0] == corners[2]) & (corners[0] == corners[3])
        cells = torch.where(same, corners[0], IGNORE_INDEX)
        down, across = (
            self._sides(length, count).floor().long() + 1 for count, length in zip(self.shape, self.size, strict=True)
        )
        return cells.index_select(1, across).index_select(0, down).reshape(-1)

    def known(self, labels: Tensor) -> Tensor:
        """Return the known label of each grid pixel, uint8 [n] (255: unknown).

        ``labels``, uint8 [H * W], are those of all pixels. A grid pixel without its own takes one of its cell.
        """
        (height, width), (rows, columns) = self.size, self.shape
        pixels = (labels != IGNORE_INDEX).nonzero()[:, 0]
        cells = (pixels // width) * rows // height * columns + (pixels % width) * columns // width
        of_cells = torch.full((rows * columns,), IGNORE_INDEX, dtype=torch.uint8, device=labels.device)
        of_cells[cells] = labels[pixels]
        own = labels[self.pixels]
        return torch.where(own != IGNORE_INDEX, own, of_cells)

    def interpolated(self, maps: Tensor, pixels: Tensor) -> Tensor:
        """Interpolate float32 [n, K] on the grid at ``pixels``, int64 [N]: float32 [N, K]."""
        (height, width), (rows, columns) = self.size, self.shape
        y = ((pixels // width + 0.5) * (rows / height) - 0.5).clamp_(0, rows - 1)
        x = ((pixels % width + 0.5) * (columns / width) - 0.5).clamp_(0, columns - 1)
        top, left = y.floor(), x.floor()
        down, right = y - top, x - left
        top, left = top.int(), left.int()
        below, beside = (top + 1).clamp_(max=rows - 1) * columns, (left + 1).clamp_(max=columns - 1)
        top *= columns
        corners = torch.stack([top + left, top + beside, below + left, below + beside], 1)
        weights = torch.stack([(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right], 1)
        found: Tensor = embedding_bag(corners, maps, mode="sum", per_sample_weights=weights)
        return found

    def interpolate_all(self, values: Tensor, plane: Tensor) -> None:
        """Interpolate ``values`` on the grid, float32 [n], at all pixels, into ``plane``, float32 [H * W]."""
        values = values.reshape(self.shape)
        if plane.device.type == "cpu":  # three times as fast as torch
            height, width = self.size
            into = plane.numpy().reshape(self.size)
            cv2.resize(np.ascontiguousarray(values.numpy()), (width, height), into, interpolation=cv2.INTER_LINEAR)
        else:
            plane.copy_(interpolate(values[None, None], self.size, mode="bilinear").reshape(-1))
