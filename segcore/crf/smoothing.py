"""Smoothing: the smoothness kernel, a Gaussian of the distance alone, normalised symmetrically."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d

_REACH = 4.0  # standard deviations, beyond which a weight is below 0.0004 of the middle's


class Smoothing:
    """Weighs pixels by exp(-|p_i - p_j|² / 2θ²), D^-1/2 K D^-1/2, as two passes along rows and columns.

    Parameters
    ----------
    height, width : int
        Of the maps.
    sigma : tuple[float, float]
        θ along the columns and along the rows, in their pixels.
    device : torch.device
        Where the maps are.
    """

    def __init__(self, height: int, width: int, sigma: tuple[float, float], device: torch.device) -> None:
        self._taps = tuple(_taps(one, length) for one, length in zip(sigma, (height, width), strict=True))
        rows, columns = (
            1.0 / np.sqrt(np.convolve(np.ones(length, np.float32), taps, "same"))
            for length, taps in zip((height, width), self._taps, strict=True)
        )
        self._norm = torch.from_numpy(np.outer(rows, columns).astype(np.float32)[..., None]).to(device)
        self._nothing_to_do = all(len(taps) == 1 for taps in self._taps)

    def __call__(self, maps: Tensor) -> Tensor:
        """Filter float32 [H, W, K]."""
        if self._nothing_to_do:
            return maps
        weighed = maps * self._norm
        down, across = self._taps
        if maps.device.type == "cpu":  # many times as fast there as a convolution of torch's with a channel each
            filtered = np.empty(weighed.shape, np.float32)
            cv2.sepFilter2D(weighed.numpy(), -1, across, down, filtered, borderType=cv2.BORDER_CONSTANT)
            smooth = torch.from_numpy(filtered)
        else:
            planes = weighed.permute(2, 0, 1)[:, None]
            for taps, shape in ((down, (1, 1, -1, 1)), (across, (1, 1, 1, -1))):
                kernel = torch.from_numpy(taps).to(maps.device).reshape(shape)
                planes = conv2d(planes, kernel, padding="same")
            smooth = planes[:, 0].permute(1, 2, 0)
        return smooth * self._norm


def _taps(sigma: float, length: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    reach = min(math.ceil(_REACH * sigma), length - 1) if sigma >= 0.25 else 0  # below, neighbours weigh under 0.0004
    return np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
