"""Channels: how the stored values of an image are mixed into what is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.labels.palette import Color

WHITE: Color = (255, 255, 255)
FIRST_COLORS: tuple[Color, ...] = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (0, 255, 255),
    (255, 0, 255),
    (255, 255, 0),
    (255, 255, 255),
    (255, 128, 0),
)
"""Of the channels, in this order."""
PERCENTILES = (0.1, 99.9)
"""Of the finite values of a channel: what is black and what is brightest at first, as in `read_image`."""
VALUES = 1_000_000
"""Values that percentiles and histograms are taken from, at most."""


@dataclass(frozen=True)
class Channel:
    """How a channel is shown.

    Attributes
    ----------
    shown : bool
    color : Color
        What its brightest values look like.
    low, high : float | None
        Values that are black and brightest, in the numbers of the file; None: the percentiles of each image.
    """

    shown: bool = True
    color: Color = WHITE
    low: float | None = None
    high: float | None = None

    def range_in(self, own: tuple[float, float]) -> tuple[float, float]:
        """Return low and high; ``own``: those of the image."""
        low = own[0] if self.low is None else self.low
        high = own[1] if self.high is None else self.high
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"shown": self.shown, "color": list(self.color), "low": self.low, "high": self.high}

    @classmethod
    def from_json(cls, values: Any) -> Channel:
        """Read what `to_json` wrote; what is missing or of another type becomes the default."""
        if not isinstance(values, dict):
            return cls()
        shown, color = values.get("shown"), values.get("color")
        low, high = (_number(values.get(key)) for key in ("low", "high"))
        if low is not None and high is not None and high <= low:
            low = high = None
        return cls(shown if isinstance(shown, bool) else True, _color(color), low, high)


def first_channels(count: int) -> tuple[Channel, ...]:
    """Return channels as they are shown at first: one in white, several in `FIRST_COLORS`."""
    if count == 1:
        return (Channel(),)
    return tuple(Channel(color=FIRST_COLORS[n % len(FIRST_COLORS)]) for n in range(count))


def own_range(plane: NDArray[Any]) -> tuple[float, float]:
    """Return the `PERCENTILES` of an array of numbers; low is below high."""
    if plane.dtype == np.uint8:
        return 0.0, 255.0
    values = _some(plane)
    if not values.size:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, PERCENTILES))
    return (low, high) if high > low else (low, low + 1.0)


def histogram(plane: NDArray[Any], low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Return how often values occur from ``low`` to ``high``, float64 [bins], the most frequent being 1."""
    counts, _ = np.histogram(_some(plane), bins=bins, range=(low, high))
    return counts / max(1, int(counts.max(initial=0)))


def mixed(raw: NDArray[Any], channels: Sequence[Channel], own: Sequence[tuple[float, float]]) -> NDArray[np.uint8]:
    """Return the sum of the shown channels, each scaled from its range to its colour, uint8 RGB [h, w, 3].

    Parameters
    ----------
    raw : NDArray
        [h, w, C] of any number type; what is not finite is black.
    channels, own : Sequence
        One of each for each channel; ``own``: see `Channel.range_in`.
    """
    total = np.zeros((*raw.shape[:2], 3), np.float32)
    for n, (channel, range_) in enumerate(zip(channels, own, strict=True)):
        if not channel.shown:
            continue
        low, high = channel.range_in(range_)
        scaled = _scaled(raw[..., n], low, high)
        for k, value in enumerate(channel.color):
            if value:
                total[..., k] += scaled * np.float32(value)
    return np.clip(np.rint(total, out=total), 0, 255).astype(np.uint8)


def _scaled(plane: NDArray[Any], low: float, high: float) -> NDArray[np.float32]:
    """Map ``low`` to 0.0 and ``high`` to 1.0 and clip."""
    scale = 1.0 / (high - low) if high > low else 0.0
    if plane.dtype in (np.uint8, np.uint16):
        values = np.arange(np.iinfo(plane.dtype).max + 1, dtype=np.float32)
        table = np.clip((values - np.float32(low)) * np.float32(scale), 0.0, 1.0)
        found: NDArray[np.float32] = table[plane]
        return found
    with np.errstate(over="ignore", invalid="ignore"):
        values = (plane.astype(np.float32) - np.float32(low)) * np.float32(scale)
    np.nan_to_num(values, copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    return np.clip(values, 0.0, 1.0, out=values)


def _some(plane: NDArray[Any]) -> NDArray[Any]:
    """Return finite values, evenly spread, at most about `VALUES`."""
    step = max(1, math.ceil(math.sqrt(plane.size / VALUES)))
    values = plane[::step, ::step].ravel()
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def _color(value: Any) -> Color:
    if not isinstance(value, list) or len(value) != 3 or any(type(v) is not int or not 0 <= v <= 255 for v in value):
        return WHITE
    return value[0], value[1], value[2]


def _number(value: Any) -> float | None:
    try:
        is_number = type(value) in (int, float) and math.isfinite(value)
        return float(value) if is_number else None
    except OverflowError:
        return None
