"""The smoothness kernel, a Gaussian of the distance: Smoothing for whole maps, SmoothingAt for single pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, conv2d, embedding_bag, interpolate

_REACH = 4.0  # standard deviations; beyond, a weight is below 0.0004 of the largest
_REACH_AT = 2
_FINE = 4.0  # pixels in a standard deviation after pooling
_FEW = 32  # pixels along an axis after pooling, at least


class Smoothing:
    """Weighs pixels by exp(-|p_i - p_j|² / 2θ²), normalised as D^-1/2 K D^-1/2, in two one-dimensional passes.

    Parameters
    ----------
    height, width : int
        Size of the maps.
    sigma : tuple[float, float]
        θ along the columns and along the rows, in pixels of the maps.
    device : torch.device
        Device of the maps.
    """

    def __init__(self, height: int, width: int, sigma: tuple[float, float], device: torch.device) -> None:
        # for a large θ, pixels are pooled: cells of θ / 4 are fine enough
        rows, columns = (
            math.ceil(length / max(1, min(int(one / _FINE), length // _FEW)))
            for length, one in zip((height, width), sigma, strict=True)
        )
        self._shape = rows, columns
        self._taps = tuple(
            _taps(one * short / length, short)
            for one, short, length in zip(sigma, self._shape, (height, width), strict=True)
        )
        self._nothing_to_do = self._shape == (height, width) and all(len(taps) == 1 for taps in self._taps)
        self._norm = self._filtered(torch.ones(height, width, 1, device=device)).rsqrt_()

    def __call__(self, maps: Tensor) -> Tensor:
        """Filter float32 [H, W, K]."""
        return maps if self._nothing_to_do else self._filtered(maps * self._norm) * self._norm

    def _filtered(self, maps: Tensor) -> Tensor:
        if self._shape == maps.shape[:2]:
            return self._convolved(maps)
        planes = maps.permute(2, 0, 1)[None]
        short = self._convolved(adaptive_avg_pool2d(planes, self._shape)[0].permute(1, 2, 0).contiguous())
        return interpolate(short.permute(2, 0, 1)[None], maps.shape[:2], mode="bilinear")[0].permute(1, 2, 0)

    def _convolved(self, maps: Tensor) -> Tensor:
        down, across = self._taps
        if maps.device.type == "cpu":  # many times faster than torch's convolution of single channels
            filtered = np.empty(maps.shape, np.float32)
            cv2.sepFilter2D(maps.numpy(), -1, across, down, filtered, borderType=cv2.BORDER_CONSTANT)
            return torch.from_numpy(filtered)
        planes = maps.permute(2, 0, 1)[:, None]
        for taps, shape in ((down, (1, 1, -1, 1)), (across, (1, 1, 1, -1))):
            kernel = torch.from_numpy(taps).to(maps.device).reshape(shape)
            planes = conv2d(planes, kernel, padding="same")
        return planes[:, 0].permute(1, 2, 0)


def _taps(sigma: float, length: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    reach = (
        min(math.ceil(_REACH * sigma), length - 1) if sigma >= 0.25 else 0
    )  # below 0.25, neighbours weigh less than 0.0004
    return np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)


class SmoothingAt:
    """The smoothness kernel at single pixels: marginals are given there, every other pixel has a certain class.

    The Gaussian is summed in steps of its standard deviation, of at least one pixel, two in each direction.

    Parameters
    ----------
    size : tuple[int, int]
        Height and width of the image.
    sigma : float
        θ in pixels.
    settled : Tensor
        uint8 [H * W], the number of the class of each certain pixel.
    pixels : Tensor
        int64 [N], the pixels that are not certain.
    marginals : Tensor
        float32 [K, N], of ``pixels``.
    """

    def __init__(self, size: tuple[int, int], sigma: float, settled: Tensor, pixels: Tensor, marginals: Tensor) -> None:
        step = max(1, round(sigma))
        margin = _REACH_AT * step
        height, self._width = size
        self._padded = self._width + 2 * margin
        rows = len(pixels) + settled.int()
        rows[pixels] = torch.arange(len(pixels), dtype=torch.int32, device=rows.device)
        down, across = (
            torch.arange(-margin, length + margin, device=rows.device).clamp_(0, length - 1)
            for length in (height, self._width)
        )
        self._rows = rows.reshape(size).index_select(1, across).index_select(0, down).reshape(-1)
        self._values = torch.cat([marginals.T, torch.eye(len(marginals), device=rows.device)])
        steps = range(-margin, margin + 1, step)
        taps = [(y, x) for y in steps for x in steps if y**2 + x**2 <= (margin + 0.5) ** 2]
        self._offsets = torch.tensor([(y + margin) * self._padded + x + margin for y, x in taps], device=rows.device)
        weights = torch.tensor([math.exp(-0.5 * (y**2 + x**2) / sigma**2) for y, x in taps], device=rows.device)
        self._weights = weights / weights.sum()

    def __call__(self, pixels: Tensor) -> Tensor:
        """Return the smoothed marginals at ``pixels``, int64 [N]: float32 [N, K]."""
        places = (pixels // self._width) * self._padded + pixels % self._width
        bags = self._rows.take(places[:, None] + self._offsets)
        weights = self._weights.expand(bags.shape).contiguous()
        found: Tensor = embedding_bag(bags, self._values, mode="sum", per_sample_weights=weights)
        return found
