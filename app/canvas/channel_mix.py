"""ChannelMix: the stored values of the open image, mixed as its channels say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from segcore.images.channels import ShownChannel, mixed, own_range


@dataclass(frozen=True)
class RawLevels:
    """The stored values at 1, 1/2, 1/4, ... of the size of an image.

    Attributes
    ----------
    levels : tuple[NDArray[Any], ...]
        [h, w, C] each, the largest first, as many as the image has.
    own : tuple[tuple[float, float], ...]
        The range of each channel in this image.
    """

    levels: tuple[NDArray[Any], ...]
    own: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, raw: NDArray[Any], count: int) -> RawLevels:
        """Make ``count`` levels of raw values [H, W, C], each pixel the mean of those it covers."""
        import cv2  # only now: the window must be seen soon

        levels = [raw]
        for _ in range(count - 1):
            before = levels[-1]
            size = ((before.shape[1] + 1) // 2, (before.shape[0] + 1) // 2)
            small = np.asarray(cv2.resize(before, size, interpolation=cv2.INTER_AREA))
            levels.append(small.reshape(size[1], size[0], raw.shape[2]))
        return cls(tuple(levels), tuple(own_range(levels[-1][..., n]) for n in range(raw.shape[2])))


class ChannelMix:
    """A source of a `TonedImage`."""

    def __init__(self, raw: RawLevels, channels: Sequence[ShownChannel]) -> None:
        self.raw = raw
        self.channels = tuple(channels)

    def part(self, level: int, rect: QRect) -> NDArray[np.uint8]:
        """Return the pixels of ``rect`` (of that level, inside it), uint8 [h, w, 3], contiguous."""
        rows = slice(rect.top(), rect.top() + rect.height())
        columns = slice(rect.left(), rect.left() + rect.width())
        return mixed(self.raw.levels[level][rows, columns], self.channels, self.raw.own)

    def smallest(self) -> NDArray[np.uint8]:
        """Return the smallest level, uint8 [h, w, 3]."""
        return mixed(self.raw.levels[-1], self.channels, self.raw.own)

    def values_at(self, x: int, y: int) -> list[float]:
        """Return what the file stores there, one number a channel."""
        return [float(value) for value in self.raw.levels[0][y, x]]
