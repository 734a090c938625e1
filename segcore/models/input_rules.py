"""InputRules: what a network from outside wants of the size and the channels of its input."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

FITS = ("tiles", "resize")
_MARGIN = 8
"""A window counts less within an eighth of its side from its border, where a network misses its surroundings."""


@dataclass(frozen=True)
class InputRules:
    """How a batch of any size goes through a network that does not take any size.

    Attributes
    ----------
    reverse : bool
        Whether the network wants BGR; batches are RGB.
    multiple : int
        Height and width have to be multiples of this; smaller inputs are padded by repeating the border.
    size : (int, int) or None
        The only (height, width) that the network takes; None: any.
    fit : str
        How a batch fits ``size``: ``tiles`` cuts it into windows of this size, ``resize`` squeezes it as a whole.
    least : int
        Height and width have to be at least this many pixels; smaller inputs are padded.
    """

    reverse: bool = False
    multiple: int = 1
    size: tuple[int, int] | None = None
    fit: str = "tiles"
    least: int = 1

    def run(self, network: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        """Float32 [N, 3, H, W] -> float32 [N, C, H, W].

        Parameters
        ----------
        network : Callable[[Tensor], Tensor]
            Float32 [N, 3, h, w] of an allowed size -> float32 [N, C, h', w'], of which the scale alone may differ.
        x : Tensor
            RGB, normalised.
        """
        x = x.flip(1) if self.reverse else x
        height, width = x.shape[2:]
        if self.size is None:
            sides = (max(side, self.least) for side in (height, width))
            rows, columns = (math.ceil(side / self.multiple) * self.multiple for side in sides)
            return _padded(network, x, rows, columns)
        if (height, width) == self.size:
            return _upsampled(network(x), height, width)
        if self.fit == "resize":
            squeezed = functional.interpolate(x, self.size, mode="bilinear", align_corners=False, antialias=True)
            return _upsampled(network(squeezed), height, width)
        if height <= self.size[0] and width <= self.size[1]:
            return _padded(network, x, *self.size)
        return self._in_windows(network, x)

    def _in_windows(self, network: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        assert self.size is not None
        rows, columns = self.size
        height, width = x.shape[2:]
        total, share = None, torch.zeros(height, width, device=x.device)
        weight = _weight(rows, x.device)[:, None] * _weight(columns, x.device)[None, :]
        for top in _starts(height, rows):
            for left in _starts(width, columns):
                place = (..., slice(top, min(top + rows, height)), slice(left, min(left + columns, width)))
                part = _padded(network, x[place], rows, columns)
                here = weight[: part.shape[2], : part.shape[3]]
                if total is None:
                    total = part.new_zeros(len(x), part.shape[1], height, width)
                total[place] += part * here
                share[place] += here
        assert total is not None
        return total / share

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-serialisable dict."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> InputRules:
        """Return the inverse of `to_json`. Raises ValueError, TypeError."""
        size = None if data.get("size") is None else tuple(data["size"])
        reverse, fit = bool(data.get("reverse", False)), data.get("fit", "tiles")
        rules = cls(reverse, data.get("multiple", 1), size, fit, data.get("least", 1))
        numbers = (rules.multiple, rules.least, *(size or ()))
        if any(type(each) is not int or not 1 <= each <= 8192 for each in numbers) or rules.fit not in FITS:
            raise ValueError(f"{data} are no rules for an input")
        if size is not None and len(size) != 2:
            raise ValueError(f"{size} is not a height and a width")
        return rules


def _padded(network: Callable[[Tensor], Tensor], x: Tensor, rows: int, columns: int) -> Tensor:
    height, width = x.shape[2:]
    if (height, width) == (rows, columns):
        return _upsampled(network(x), rows, columns)
    wide = functional.pad(x, (0, columns - width, 0, rows - height), mode="replicate")
    return _upsampled(network(wide), rows, columns)[:, :, :height, :width]


def _upsampled(logits: Tensor, height: int, width: int) -> Tensor:
    if logits.shape[2:] == (height, width):
        return logits
    return functional.interpolate(logits, (height, width), mode="bilinear", align_corners=False)


def _starts(length: int, side: int) -> list[int]:
    """Return where windows begin, evenly, so that neighbours share a quarter of a side or more."""
    if length <= side:
        return [0]
    count = math.ceil((length - side) / max(1, side * 3 // 4)) + 1
    return [round(number * (length - side) / (count - 1)) for number in range(count)]


def _weight(side: int, device: torch.device) -> Tensor:
    """Float32 [side], above 0 to 1: rises over an eighth of the side from each border."""
    place = torch.arange(side, device=device, dtype=torch.float32)
    rise = max(1, side // _MARGIN)
    return (torch.minimum(place, side - 1 - place) + 1).div(rise).clamp(max=1.0)
