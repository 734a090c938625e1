"""Preprocess: from an image to a network's input; it is stored in the checkpoint."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from segcore.errors import CheckpointError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
MAX_LONG_SIDE = 8192
MAX_PIXELS = 1 << 22
"""`short_side` never enlarges an image beyond these: a strip of 4000 x 1 pixels would become 2080000 x 520, and with a
short side of 8192 any image 67 megapixels, whose probabilities in 21 classes take 6 GB."""

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
"""Pillow's, which other libraries resize with."""

_RANGES = {"mean": (-1000.0, 1000.0), "std": (1e-4, 1000.0)}
_ALMOST = 1e-6
"""The longer side is cut off to whole pixels, as torchvision and transformers do; 520 is not to become 519."""
_SHORT_SIDES = (8, MAX_LONG_SIDE)


@dataclass(frozen=True)
class Preprocess:
    """Resizes and normalises.

    Attributes
    ----------
    mean, std : (float, float, float)
        Per RGB channel, for values in 0-1.
    short_side : int or None
        The image is resized so that its shorter side has this many pixels; None keeps the size.
    long_side : int or None
        The longer side gets no longer than this where ``short_side`` is given.
    divisor : int
        Where ``short_side`` is given, both sides are rounded up to a multiple of this.
    size : (int, int) or None
        The image is resized to exactly this (height, width), whatever its shape; for networks of other libraries.
    resample : str
        One of `FILTERS`: ``area`` averages where an image gets smaller, the others are Pillow's.
    """

    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    short_side: int | None = None
    size: tuple[int, int] | None = None
    resample: str = "area"
    long_side: int | None = None
    divisor: int = 1

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) of the network's input for an image of this size."""
        if self.size is not None:
            return self.size
        if self.short_side is None:
            return height, width
        most = min(MAX_LONG_SIDE / max(height, width), math.sqrt(MAX_PIXELS / (height * width)))
        scale = min(self.short_side / min(height, width), max(1.0, most))
        if self.long_side is not None:
            scale = min(scale, self.long_side / max(height, width))
        rows, columns = (
            math.ceil(max(1, int(side * scale + _ALMOST)) / self.divisor) * self.divisor for side in (height, width)
        )
        return rows, columns

    def resize(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Uint8 [H, W, 3] -> uint8 [h, w, 3] at `size_for`."""
        height, width = self.size_for(image.shape[0], image.shape[1])
        if (height, width) == image.shape[:2]:
            return image
        if self.resample != "area":
            return np.array(Image.fromarray(image).resize((width, height), FILTERS[self.resample]), np.uint8)
        shrink = height < image.shape[0]
        resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)
        return np.asarray(resized, np.uint8)

    def normalise(self, batch: Tensor) -> Tensor:
        """Uint8 [N, 3, h, w] (0-255) -> float32 [N, 3, h, w], (x / 255 - mean) / std."""
        mean = torch.tensor(self.mean, device=batch.device).view(1, 3, 1, 1) * 255.0
        std = torch.tensor(self.std, device=batch.device).view(1, 3, 1, 1) * 255.0
        return batch.to(torch.float32, copy=True).sub_(mean).div_(std)

    def __call__(self, image: NDArray[np.uint8]) -> Tensor:
        """Uint8 RGB [H, W, 3] -> float32 [1, 3, h, w]."""
        chw = torch.from_numpy(np.ascontiguousarray(self.resize(image).transpose(2, 0, 1)))
        return self.normalise(chw.unsqueeze(0))

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-serialisable dict."""
        data = asdict(self)
        if self.size is None and self.resample == "area":  # as versions before 0.8 wrote it
            del data["size"], data["resample"]
        if self.long_side is None and self.divisor == 1:  # as versions before 0.9 wrote it
            del data["long_side"], data["divisor"]
        return data

    @classmethod
    def from_json(cls, data: Any) -> Preprocess:
        """Return the inverse of `to_json`.

        Raises CheckpointError for anything but three finite numbers each (mean -1000 to 1000, std 0.0001 to 1000) and a
        short and a long side, or a height and a width, of 8 to 8192 pixels or none, and a divisor of 1 to 8192.
        """
        try:
            mean, std = (_three(key, data[key]) for key in _RANGES)
            low, high = _SHORT_SIDES
            short, long = (_side(data.get(f"{name}_side"), name) for name in ("short", "long"))
            divisor = data.get("divisor", 1)
            if type(divisor) is not int or not 1 <= divisor <= high:
                raise ValueError(f"the divisor is {divisor!r}, not 1 to {high}")
            size, resample = data.get("size"), data.get("resample", "area")
            if size is not None:
                rows, columns = size
                if any(type(side) is not int or not low <= side <= high for side in (rows, columns)):
                    raise ValueError(f"the size is {size!r}, not {low} to {high} pixels")
                size = rows, columns
            if resample != "area" and resample not in FILTERS:
                raise ValueError(f"the filter {resample!r} is unknown")
            return cls(mean, std, short, size, resample, long, divisor)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise CheckpointError(
                f"The checkpoint's preprocessing cannot be read ({error}).",
                "Copy the checkpoint again, or train a new one.",
            ) from error


def _side(value: Any, name: str) -> int | None:
    """Return the length of a side, or None. Raises ValueError."""
    low, high = _SHORT_SIDES
    if value is None or (type(value) is int and low <= value <= high):
        return value
    raise ValueError(f"the {name} side is {value!r}, not {low} to {high} pixels")


def _three(key: str, values: Any) -> tuple[float, float, float]:
    """Return the values of the three channels. Raises TypeError, ValueError."""
    low, high = _RANGES[key]
    red, green, blue = values
    for value in (red, green, blue):
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{key} holds {value!r}, not a number from {low:g} to {high:g}")
    return float(red), float(green), float(blue)
